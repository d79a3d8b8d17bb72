// Owns a precompiled header; has no code.
