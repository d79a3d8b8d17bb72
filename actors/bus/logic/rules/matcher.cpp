#include "actors/bus/logic/rules/matcher.hpp"

#include "actors/bus/logic/rules/number.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace baseplate::rules {

namespace {

constexpr auto infinity = std::numeric_limits<double>::infinity();

/// Lists with more members are verified by the keys found, not one by one.
constexpr std::size_t by_keys_from = 5;

template <class T>
void fit(std::vector<T>& x, std::size_t size) {
  if (x.size() < size)
    x.resize(size + size / 4);
}

} // namespace

void matcher::prepare(const rule_set& rules) {
  rules_ = &rules;
  things_ = &rules.things();
  index_ = &rules.filed();
  fit(branch_stamps_, things_->branch_ids());
  fit(conditions_, things_->condition_ids());
  fit(slot_stamps_, rules.slots());
  fit(key_ranges_, things_->paths().path_ids());
  fit(key_stamps_, things_->key_ids());
  if (++stamp_ == 0) { // it went round: old stamps would be taken for new ones
    std::fill(branch_stamps_.begin(), branch_stamps_.end(), 0);
    std::fill(conditions_.begin(), conditions_.end(), remembered{});
    std::fill(slot_stamps_.begin(), slot_stamps_.end(), 0);
    std::fill(key_ranges_.begin(), key_ranges_.end(), key_range{});
    std::fill(key_stamps_.begin(), key_stamps_.end(), 0);
    stamp_ = 1;
  }
  found_keys_.clear();
  candidates_ = 0;
}

event_status matcher::match(const rule_set& rules, std::string_view event, trust how,
                            std::vector<rule_id>& out) {
  prepare(rules);
  const auto status = event_.read(things_->paths(), event, how);
  if (status != event_status::ok)
    return status;
  out_ = &out;
  simple_ = !event_.has_several() && event_.paths_in_arrays() <= 1;
  const auto& root = index_->at(index::root);
  for (const auto& x : root.local)
    consider(x);
  for (const auto path : event_.present())
    if (path < root.splits.size())
      visit_split(index::root, root.splits[path]);
  return event_status::ok;
}

// -- from the root to candidates -----------------------------------------------------------------

void matcher::visit(std::uint32_t node) {
  const auto& here = index_->at(node);
  for (const auto& x : here.local)
    consider(x);
  for (const auto& x : here.splits)
    if (event_.has(x.path))
      visit_split(node, x);
}

void matcher::visit_split(std::uint32_t node, const index::split& split) {
  if (split.keyed != 0) {
    const auto keys = keys_at(split.path);
    for (auto i = keys.first; i != keys.last; ++i) {
      const auto* found = index_->find(node, found_keys_[i]);
      if (found == nullptr)
        continue;
      const posting here(*found);
      if (here.is_node())
        visit(here.node());
      else
        consider(here.one());
    }
  }
  if (split.ranges != no_id)
    visit_ranges(index_->ranges_at(split.ranges), split.path);
  if (split.always != no_id)
    visit(split.always);
}

void matcher::visit_ranges(const range_index& ranges, std::uint32_t path) {
  for (auto i = event_.values_of(path).first; i != no_id; i = event_.at(i).next) {
    const auto& value = event_.at(i).what;
    if (value.type != scalar_type::number)
      continue;
    const auto x = read_double(value.text);
    // Whether it may be compared is asked when something is found.
    int may_compare = -1;
    const auto good = [&] {
      if (may_compare < 0)
        may_compare = comparable(value.text, x) ? 1 : 0;
      return may_compare != 0;
    };
    const auto rules_of = [&](const range_index::one_sided& list, double low, double high) {
      list.rules.between(low, high, [&](const auto& block, std::size_t from, std::size_t to) {
        if (good())
          copy_rules(list, block, from, to);
      });
      list.filings.between(low, high, [&](const auto& block, std::size_t from, std::size_t to) {
        if (good())
          for (; from < to; ++from)
            consider({block.branches[from], block.seconds[from]});
      });
    };
    rules_of(ranges.at_least, -infinity, x);
    rules_of(ranges.at_most, x, infinity);
    for (const auto& width : ranges.widths) {
      const auto reach = std::ldexp(1.0, width.exponent);
      width.lows.between(std::nextafter(x - reach, -infinity), x,
                         [&](const auto& block, std::size_t from, std::size_t to) {
                           for (; from < to; ++from) {
                             const auto& f = ranges.filings[block.seconds[from]];
                             if (x <= f.high && good())
                               consider(f.what);
                           }
                         });
    }
  }
}

void matcher::copy_rules(const range_index::one_sided& list, const bound_list::block& block,
                         std::size_t from, std::size_t to) {
  if (!simple_) {
    for (; from < to; ++from)
      consider({block.branches[from], 0});
    return;
  }
  if (list.shared_rules == 0) {
    const auto begin = block.seconds.begin();
    out_->insert(out_->end(), begin + static_cast<std::ptrdiff_t>(from),
                 begin + static_cast<std::ptrdiff_t>(to));
    return;
  }
  for (; from < to; ++from)
    tell(block.seconds[from]);
}

// -- keys of values ------------------------------------------------------------------------------

const matcher::key_range& matcher::keys_at(std::uint32_t path) {
  auto& here = key_ranges_[path];
  if (here.stamp == stamp_)
    return here;
  here.stamp = stamp_;
  here.first = static_cast<std::uint32_t>(found_keys_.size());
  const auto& known = things_->keys_of(path);
  if (known.kinds != 0)
    for (auto i = event_.values_of(path).first; i != no_id; i = event_.at(i).next)
      find_keys(path, known, event_.at(i).what);
  here.last = static_cast<std::uint32_t>(found_keys_.size());
  return here;
}

void matcher::offer_key(std::uint32_t path, key_kind kind, std::string_view text,
                        std::uint64_t hash) {
  const auto id = things_->find_key(path, kind, text, hash);
  if (id == no_id || key_stamps_[id] == stamp_)
    return;
  key_stamps_[id] = stamp_;
  found_keys_.push_back(id);
}

void matcher::find_keys(std::uint32_t path, const path_keys& known, const scalar& value) {
  const auto& hash = things_->hash();
  const auto text = value.text;
  if (value.type != scalar_type::string) {
    if (known.has(key_kind::literal))
      offer_key(path, key_kind::literal, text,
                hash.bytes(text, catalog::salt(path, key_kind::literal)));
    if (known.has(key_kind::number) && value.type == scalar_type::number) {
      const auto x = read_double(text);
      std::uint64_t bits = 0;
      std::memcpy(&bits, &x, sizeof(bits));
      const std::string_view as_key(reinterpret_cast<const char*>(&x), sizeof(x));
      const auto h = hash.number(bits, catalog::salt(path, key_kind::number));
      if (things_->find_key(path, key_kind::number, as_key, h) != no_id && comparable(text, x))
        offer_key(path, key_kind::number, as_key, h);
    }
    return;
  }
  if (known.has(key_kind::text))
    offer_key(path, key_kind::text, text, hash.bytes(text, catalog::salt(path, key_kind::text)));
  if (known.has(key_kind::prefix))
    find_affixes(path, key_kind::prefix, known.prefixes, text);
  if (known.has(key_kind::suffix))
    find_affixes(path, key_kind::suffix, known.suffixes, text);
  if (known.has(key_kind::network))
    find_networks(path, known, text);
  if (known.has(key_kind::fold)) {
    folded_.assign(text.begin(), text.end());
    for (auto& c : folded_)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const std::string_view folded(folded_.data(), folded_.size());
    offer_key(path, key_kind::fold, folded,
              hash.bytes(folded, catalog::salt(path, key_kind::fold)));
  }
  const auto lowered = [&](std::string_view part) {
    for (std::size_t i = 0; i < part.size(); ++i)
      lowered_[i] = part[i] >= 'A' && part[i] <= 'Z' ? static_cast<char>(part[i] + 32) : part[i];
    return std::string_view(lowered_.data(), part.size());
  };
  const auto reach = std::min(text.size(), affix_key_max);
  if (known.has(key_kind::prefix_fold))
    find_affixes(path, key_kind::prefix_fold, known.prefix_folds, lowered(text.substr(0, reach)));
  if (known.has(key_kind::suffix_fold))
    find_affixes(path, key_kind::suffix_fold, known.suffix_folds,
                 lowered(text.substr(text.size() - reach)));
  if (known.has(key_kind::gram3))
    find_grams(path, key_kind::gram3, 3, text);
  if (known.has(key_kind::gram4))
    find_grams(path, key_kind::gram4, 4, text);
}

void matcher::find_affixes(std::uint32_t path, key_kind kind, const length_set& lengths,
                           std::string_view text) {
  const auto& hash = things_->hash();
  const auto salt = catalog::salt(path, kind);
  const bool front = kind == key_kind::prefix || kind == key_kind::prefix_fold;
  std::uint64_t state = 0;
  std::size_t done = 0;
  for (const std::size_t length : lengths.lengths()) {
    if (length > text.size())
      return;
    for (; done < length; ++done)
      state = hash.roll(state, front ? text[done] : text[text.size() - 1 - done]);
    offer_key(path, kind,
              front ? text.substr(0, length) : text.substr(text.size() - length, length),
              hash.finish(state, salt));
  }
}

void matcher::find_grams(std::uint32_t path, key_kind kind, std::size_t size,
                         std::string_view text) {
  const auto salt = catalog::salt(path, kind);
  for (std::size_t i = 0; i + size <= text.size(); ++i) {
    const auto gram = text.substr(i, size);
    offer_key(path, kind, gram, gram_hash(things_->hash(), gram, salt));
  }
}

void matcher::find_networks(std::uint32_t path, const path_keys& known, std::string_view text) {
  const auto address = parse_ip(text);
  if (!address)
    return;
  for (const auto bits : (address->v4 ? known.v4_bits : known.v6_bits).lengths()) {
    network_key(network_, address->masked(bits), bits);
    offer_key(path, key_kind::network, network_,
              things_->hash().bytes(network_, catalog::salt(path, key_kind::network)));
  }
}

// -- verifying -----------------------------------------------------------------------------------

void matcher::consider(const filing& x) {
  auto& stamp = branch_stamps_[x.branch];
  if (stamp == stamp_)
    return;
  stamp = stamp_;
  ++candidates_;
  const auto& branch = things_->at(x.branch);
  const auto conditions = things_->conditions_of(branch);
  for (auto rest = x.residual; rest != 0; rest &= rest - 1)
    if (!holds(conditions[static_cast<std::size_t>(__builtin_ctz(rest))]))
      return;
  for (std::size_t i = 32; i < conditions.size(); ++i)
    if (!holds(conditions[i]))
      return;
  const auto in_arrays = event_.paths_in_arrays();
  if ((in_arrays >= 2 || (in_arrays == 1 && branch.has_absent)) && !arrays_agree(branch))
    return;
  const auto rules = branch.rules.all();
  if (branch.shared_rules == 0) {
    if (rules.size() == 1)
      out_->push_back(rules.front());
    else
      out_->insert(out_->end(), rules.begin(), rules.end());
    return;
  }
  for (const auto rule : rules)
    tell(rule);
}

bool matcher::holds(std::uint32_t condition) {
  auto& known = conditions_[condition];
  if (known.stamp != stamp_)
    known = {stamp_, evaluate(things_->condition_at(condition))};
  return known.holds;
}

bool matcher::evaluate(const condition& x) {
  if (!event_.has(x.path))
    return x.has_absent;
  const auto& values = event_.values_of(x.path);
  if (x.all_sure_keys && x.any_of.size() >= by_keys_from) {
    const auto keys = keys_at(x.path);
    for (auto i = keys.first; i != keys.last; ++i)
      for (const auto& a : x.accesses)
        if (a.key == found_keys_[i])
          return true;
    return false;
  }
  for (auto i = values.first; i != no_id; i = event_.at(i).next)
    if (accepts_any(x, event_.at(i).what))
      return true;
  // Absent perhaps from the element that the other fields choose: arrays_agree() tells.
  return x.has_absent && values.in_arrays;
}

bool matcher::accepts_any(const condition& x, const scalar& value) const {
  return std::any_of(x.any_of.begin(), x.any_of.end(),
                     [&](const predicate& p) { return accepts(p, value); });
}

bool matcher::arrays_agree(const branch& x) {
  fields_.clear();
  for (const auto c : things_->conditions_of(x)) {
    const auto path = things_->condition_at(c).path;
    if (event_.has(path) && event_.values_of(path).in_arrays)
      fields_.push_back(c);
  }
  if (fields_.size() < 2 && !x.has_absent)
    return true;
  const auto text = [&](std::uint32_t c) -> const std::string& {
    return things_->paths().text_of(things_->condition_at(c).path);
  };
  if (x.has_absent) // their order decides what an absent field is absent from
    std::sort(fields_.begin(), fields_.end(),
              [&](std::uint32_t a, std::uint32_t b) { return text(a) < text(b); });
  arrays_.begin(event_);
  for (const auto c : fields_) {
    const auto& condition = things_->condition_at(c);
    const auto field = arrays_.add_field(condition.has_absent);
    if (field == array_states::fields_max)
      return true;
    for (auto i = event_.values_of(condition.path).first; i != no_id; i = event_.at(i).next) {
      const auto& value = event_.at(i);
      arrays_.add_value(field, value.context, accepts_any(condition, value.what));
    }
  }
  return arrays_.consistent();
}

void matcher::tell(std::uint32_t reference) {
  if ((reference & rule_set::shared_bit) == 0) {
    out_->push_back(reference);
    return;
  }
  const auto slot = reference & ~rule_set::shared_bit;
  if (slot_stamps_[slot] == stamp_)
    return;
  slot_stamps_[slot] = stamp_;
  out_->push_back(rules_->id_of_slot(slot));
}

} // namespace baseplate::rules
