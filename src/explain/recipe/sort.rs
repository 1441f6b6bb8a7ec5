//! The order of the parameters (RFC 5849 §3.4.1.3.2) by a recipe.

use std::cmp::Ordering;

use super::{
    Words,
    parameters::{Encoded, Source},
};

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
    /// With the numbers in names by their value: `strnatcmp` of PHP.
    Natural,
    /// As the parameters come: query, form, header, and other orders of these.
    NotAtAll(u16),
    ProtocolFirst,
    ProtocolLast,
    /// By the rules of a language; either the encoded or the decoded parameters.
    Locale {
        punctuation: Punctuation,
        decoded: bool,
    },
}

/// What an order by the rules of a language makes of punctuation.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Punctuation {
    /// It is sorted in front of digits: ICU, and so `localeCompare` of JavaScript; glibc since 2.28.
    First,
    /// Hyphen and apostrophe are ignored, the rest is sorted in front of digits: .NET on Windows.
    HyphenIgnored,
    /// All of it is ignored: older versions of glibc.
    Ignored,
}

pub(super) fn sort(list: &mut [Encoded], order: Sort, words: &Words) {
    let Sort::Locale { punctuation, decoded } = order else {
        list.sort_by(|one, other| compare(one, other, order, words));
        return;
    };
    list.sort_by_cached_key(|encoded| {
        let (name, value) =
            if decoded { (encoded.item.name, encoded.item.value) } else { (encoded.name, encoded.value) };
        [name, value].map(|word| collation_key(words.text(word), punctuation))
    });
}

/// Compares by any order but that of a language.
fn compare(one: &Encoded, other: &Encoded, order: Sort, words: &Words) -> Ordering {
    let name = |encoded: &Encoded| words.text(encoded.name);
    let value = |encoded: &Encoded| words.text(encoded.value);
    let pair = |encoded: &Encoded| (words.text(encoded.name), words.text(encoded.value));
    let plain = |encoded: &Encoded| (words.text(encoded.item.name), words.text(encoded.item.value));
    let is_header = |encoded: &Encoded| encoded.item.source == Source::Header;
    let by_name = name(one).cmp(name(other));
    match order {
        Sort::Encoded | Sort::Locale { .. } => pair(one).cmp(&pair(other)),
        Sort::Decoded => plain(one).cmp(&plain(other)),
        Sort::Joined => {
            let joined = |encoded| name(encoded).iter().chain(b"=").chain(value(encoded));
            joined(one).cmp(joined(other))
        }
        Sort::NameOnly => by_name,
        Sort::ValuesDescending => by_name.then_with(|| value(other).cmp(value(one))),
        Sort::ValuesNumeric => {
            let number = |encoded| str::from_utf8(value(encoded)).ok()?.parse::<u64>().ok();
            by_name.then_with(|| match (number(one), number(other)) {
                (Some(one), Some(other)) => one.cmp(&other),
                _ => value(one).cmp(value(other)),
            })
        }
        Sort::IgnoringCase => {
            ignoring_case(name(one), name(other)).then_with(|| ignoring_case(value(one), value(other)))
        }
        Sort::Natural => natural(name(one), name(other)).then_with(|| value(one).cmp(value(other))),
        Sort::NotAtAll(order) => {
            let ranks = match order % 4 {
                0 => [0, 1, 2],
                1 => [1, 2, 0],
                2 => [2, 1, 0],
                _ => [1, 0, 2],
            };
            let rank = |encoded: &Encoded| ranks[encoded.item.source as usize];
            // Some clients sort the protocol parameters, and only those.
            let is_sorted = order >= 4 && is_header(one);
            let by_rank = rank(one).cmp(&rank(other));
            by_rank.then_with(|| if is_sorted { by_name } else { Ordering::Equal })
        }
        Sort::ProtocolFirst => (!is_header(one), pair(one)).cmp(&(!is_header(other), pair(other))),
        Sort::ProtocolLast => (is_header(one), pair(one)).cmp(&(is_header(other), pair(other))),
    }
}

/// Compares texts by characters, and the numbers in them by value.
fn natural(mut one: &[u8], mut other: &[u8]) -> Ordering {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    while !one.is_empty() && !other.is_empty() {
        let (by_length, length, other_length) = match (digits(one), digits(other)) {
            (0, _) | (_, 0) => (Ordering::Equal, 1, 1),
            (length, other_length) => (length.cmp(&other_length), length, other_length),
        };
        let ordering = by_length.then_with(|| one[..length].cmp(&other[..other_length]));
        if ordering.is_ne() {
            return ordering;
        }
        (one, other) = (&one[length..], &other[other_length..]);
    }
    one.len().cmp(&other.len())
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
        let latin = code.checked_sub(0xc0).and_then(|place| LATIN_1.get(place as usize));
        let letter = latin.map_or(code, |letter| u32::from(*letter));
        first.push(match PUNCTUATION.find(character) {
            Some(place) => place as u32,
            None if !character.is_alphanumeric() => 0x100 + code,
            None if character.is_ascii_digit() => 0x20_0000 + code,
            None => 0x20_0000 + char::from_u32(letter).map_or(letter, |letter| letter.to_ascii_lowercase().into()),
        });
        second.push(u32::from(latin.is_some()) * 2 + u32::from(character.is_uppercase()));
    }
    [first, second, third]
}
