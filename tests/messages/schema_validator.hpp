// As much of a JSON Schema 2020-12 validator as the schemas of messages use. A keyword that it does
// not know is a fault: a schema that says more than is checked here does not pass unseen.
#pragma once

#include <boost/json.hpp>

#include <string>

namespace baseplate {

/// The first fault, with the place, or "".
std::string schema_fault(const boost::json::object& schema, const boost::json::value& value);

} // namespace baseplate
