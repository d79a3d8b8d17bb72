// All that JSON can do with described messages, in one include.
#pragma once

#include "messages/json/compare.hpp"
#include "messages/json/decode.hpp"
#include "messages/json/encode.hpp"
#include "messages/json/pointer.hpp"
#include "messages/json/render.hpp"
#include "messages/json/sample.hpp"
#include "messages/json/schema.hpp"
