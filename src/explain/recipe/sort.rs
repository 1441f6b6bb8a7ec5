//! The order of the parameters ([RFC 5849 §3.4.1.3.2]) by a recipe.
//!
//! [RFC 5849 §3.4.1.3.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2

use core::cmp::Ordering;

use super::{Sort, item::Item, parameters::Encoded, source::Source, words::Words};

/// Sorts encoded parameters.
pub(super) fn sort(list: &mut [Encoded], order: Sort, words: &Words) {
    let name = |encoded: &Encoded| words.text(encoded.name);
    let pair = |encoded: &Encoded| (words.text(encoded.name), words.text(encoded.value));
    let is_header = |encoded: &Encoded| encoded.item.source == Source::Header;
    let compare: &dyn Fn(&Encoded, &Encoded) -> Ordering = match order {
        Sort::Encoded => &|one, other| pair(one).cmp(&pair(other)),
        Sort::Decoded => &|one, other| {
            let pair = |item: &Item| (words.text(item.name), words.text(item.value));
            pair(&one.item).cmp(&pair(&other.item))
        },
        Sort::Joined => &|one, other| {
            let joined = |encoded| {
                let (name, value) = pair(encoded);
                name.iter().chain(b"=").chain(value)
            };
            joined(one).cmp(joined(other))
        },
        Sort::NameOnly => &|one, other| name(one).cmp(name(other)),
        Sort::IgnoringCase => &|one, other| {
            let ((name, value), (other_name, other_value)) = (pair(one), pair(other));
            ignoring_case(name, other_name).then_with(|| ignoring_case(value, other_value))
        },
        Sort::NotAtAll(order) => {
            let ranks = match order % 4 {
                0 => [0, 1, 2],
                1 => [1, 2, 0],
                2 => [2, 1, 0],
                _ => [1, 0, 2],
            };
            // Some have the protocol parameters in order, and only those.
            let in_order = order >= 4;
            &move |one, other| {
                let key = |encoded: &Encoded| ranks[encoded.item.source as usize];
                key(one).cmp(&key(other)).then_with(|| {
                    if in_order && is_header(one) {
                        name(one).cmp(name(other))
                    } else {
                        Ordering::Equal
                    }
                })
            }
        }
        Sort::ProtocolFirst => {
            &|one, other| (!is_header(one), pair(one)).cmp(&(!is_header(other), pair(other)))
        }
        Sort::ProtocolLast => {
            &|one, other| (is_header(one), pair(one)).cmp(&(is_header(other), pair(other)))
        }
    };
    list.sort_by(compare);
}

fn ignoring_case(one: &[u8], other: &[u8]) -> Ordering {
    let lower = u8::to_ascii_lowercase;
    one.iter().map(lower).cmp(other.iter().map(lower))
}
