//! The order of the parameters (RFC 5849 §3.4.1.3.2) by a recipe.

use alloc::{string::String, vec::Vec};
use core::cmp::{Ordering, Reverse};

use super::{item::Item, parameters::Encoded, source::Source, words::Words};

/// An order of parameters.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Sort {
    #[default]
    Encoded,
    Decoded,
    Joined,
    NameOnly,
    /// By name, and the values of one name in descending order.
    ValuesDescending,
    /// By name, and the values of one name by number if they are numbers.
    ValuesNumeric,
    IgnoringCase,
    /// As the parameters come: query, form, header, and other orders of these.
    NotAtAll(u16),
    ProtocolFirst,
    ProtocolLast,
    /// By the rules of a language, one of [`LOCALES`].
    Locale(u16),
}

/// How a locale treats punctuation, and whether names are compared before they are encoded.
pub(crate) const LOCALES: [(Punctuation, bool); 6] = [
    (Punctuation::First, false),
    (Punctuation::First, true),
    (Punctuation::HyphenIgnored, false),
    (Punctuation::HyphenIgnored, true),
    (Punctuation::Ignored, false),
    (Punctuation::Ignored, true),
];

/// What an order by the rules of a language makes of punctuation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Punctuation {
    /// It comes before digits: ICU, and so `localeCompare` of JavaScript; glibc since 2.28.
    First,
    /// Hyphen and apostrophe are ignored, the rest comes before digits: .NET on Windows.
    HyphenIgnored,
    /// All of it is ignored: older versions of glibc.
    Ignored,
}

/// Sorts encoded parameters.
pub(super) fn sort(list: &mut [Encoded], order: Sort, words: &Words) {
    let name = |encoded: &Encoded| words.text(encoded.name);
    let pair = |encoded: &Encoded| (words.text(encoded.name), words.text(encoded.value));
    let plain = |item: &Item| (words.text(item.name), words.text(item.value));
    let is_header = |encoded: &Encoded| encoded.item.source == Source::Header;
    match order {
        Sort::Encoded => list.sort_by(|one, other| pair(one).cmp(&pair(other))),
        Sort::Decoded => list.sort_by(|one, other| plain(&one.item).cmp(&plain(&other.item))),
        Sort::Joined => list.sort_by(|one, other| {
            let joined = |encoded| {
                let (name, value) = pair(encoded);
                name.iter().chain(b"=").chain(value)
            };
            joined(one).cmp(joined(other))
        }),
        Sort::NameOnly => list.sort_by(|one, other| name(one).cmp(name(other))),
        Sort::ValuesDescending => list.sort_by(|one, other| {
            let key = |encoded| {
                let (name, value) = pair(encoded);
                (name, Reverse(value))
            };
            key(one).cmp(&key(other))
        }),
        Sort::ValuesNumeric => list.sort_by(|one, other| {
            let number = |encoded| {
                core::str::from_utf8(pair(encoded).1)
                    .ok()?
                    .parse::<u64>()
                    .ok()
            };
            let by_value = match (number(one), number(other)) {
                (Some(one), Some(other)) => one.cmp(&other),
                _ => pair(one).1.cmp(pair(other).1),
            };
            name(one).cmp(name(other)).then(by_value)
        }),
        Sort::IgnoringCase => list.sort_by(|one, other| {
            let ((name, value), (other_name, other_value)) = (pair(one), pair(other));
            ignoring_case(name, other_name).then_with(|| ignoring_case(value, other_value))
        }),
        Sort::NotAtAll(order) => {
            let ranks = match order % 4 {
                0 => [0, 1, 2],
                1 => [1, 2, 0],
                2 => [2, 1, 0],
                _ => [1, 0, 2],
            };
            // Some clients sort the protocol parameters, and only those.
            let in_order = order >= 4;
            list.sort_by(|one, other| {
                let key = |encoded: &Encoded| ranks[encoded.item.source as usize];
                key(one).cmp(&key(other)).then_with(|| {
                    if in_order && is_header(one) {
                        name(one).cmp(name(other))
                    } else {
                        Ordering::Equal
                    }
                })
            });
        }
        Sort::ProtocolFirst => list.sort_by(|one, other| {
            (!is_header(one), pair(one)).cmp(&(!is_header(other), pair(other)))
        }),
        Sort::ProtocolLast => list.sort_by(|one, other| {
            (is_header(one), pair(one)).cmp(&(is_header(other), pair(other)))
        }),
        Sort::Locale(number) => {
            let (punctuation, decoded) = LOCALES[usize::from(number) % LOCALES.len()];
            list.sort_by_cached_key(|encoded| {
                let (name, value) = if decoded {
                    plain(&encoded.item)
                } else {
                    pair(encoded)
                };
                [name, value].map(|text| collation_key(text, punctuation))
            });
        }
    }
}

fn ignoring_case(one: &[u8], other: &[u8]) -> Ordering {
    let lower = u8::to_ascii_lowercase;
    one.iter().map(lower).cmp(other.iter().map(lower))
}

/// Punctuation in the order of the Unicode Collation Algorithm's root (CLDR).
const PUNCTUATION: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
/// The letters without their accents, from U+00C0 on.
const LATIN_1: &[u8; 64] = b"aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

/// What a text is compared by: characters without accent and case, then accents and case, then what
/// is ignored.
///
/// This is exact for the ASCII characters that names of parameters usually have. A collation library would add several
/// hundred kilobytes of tables for the rest.
fn collation_key(text: &[u8], punctuation: Punctuation) -> [Vec<u32>; 3] {
    let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
    for character in String::from_utf8_lossy(text).chars() {
        let code = u32::from(character);
        let is_ignored = match punctuation {
            Punctuation::First => false,
            Punctuation::HyphenIgnored => matches!(character, '-' | '\''),
            Punctuation::Ignored => character.is_ascii_punctuation(),
        };
        if is_ignored {
            third.push(code);
            continue;
        }
        let latin = code
            .checked_sub(0xc0)
            .and_then(|place| LATIN_1.get(place as usize));
        let letter = latin.map_or(code, |letter| u32::from(*letter));
        first.push(match PUNCTUATION.find(character) {
            Some(place) => place as u32,
            None if !character.is_alphanumeric() => 0x100 + code,
            None if character.is_ascii_digit() => 0x20_0000 + code,
            None => {
                0x20_0000
                    + char::from_u32(letter)
                        .map_or(letter, |letter| letter.to_ascii_lowercase().into())
            }
        });
        second.push(u32::from(latin.is_some()) * 2 + u32::from(character.is_uppercase()));
    }
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first order is that of `localeCompare` in Node 20, the second that of .NET Framework on Windows.
    #[test]
    fn locales_differ_where_they_say() {
        for (punctuation, sorted) in [
            (
                Punctuation::First,
                "☃ a A a_b a-b a.b a1 ab aB Ab co-op coat e é f oauth_token oauthtoken st 中",
            ),
            (
                Punctuation::HyphenIgnored,
                "a A a_b a.b a1 ab a-b aB coat co-op item_id item1 Zone",
            ),
            (Punctuation::Ignored, "a a_b ac a.d"),
        ] {
            let mut list: Vec<&str> = sorted.split(' ').collect();
            list.reverse();
            list.sort_by_cached_key(|text| collation_key(text.as_bytes(), punctuation));
            assert_eq!(list.join(" "), sorted);
        }
    }
}
