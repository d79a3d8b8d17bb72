// Precompiled for actors: the above, CAF and spdlog.
#pragma once
#include "pch_plain.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>
