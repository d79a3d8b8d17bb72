// JSON for people: two blanks a level, members on lines of their own. Pure.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace baseplate::app {

std::string pretty_json(const boost::json::value& value);

} // namespace baseplate::app
