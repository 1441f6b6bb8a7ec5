//! Mistakes in decoding and encoding names and values (RFC 5849 §3.6 and §3.4.1.3).

use super::{Change, Mistake, Variants, entry};
use crate::explain::{
    encode::{APOSTROPHES, CONVERSION_GROUPS, Decode, Encoder, Numbers},
    recipe::{REACHES, Recipe, Times},
};

const ENCODING: &str = "RFC 5849 §3.6";
const SOURCES: &str = "RFC 5849 §3.4.1.3.1";
const NORMALIZATION: &str = "RFC 5849 §3.4.1.3.2";
const BASE_STRING: &str = "RFC 5849 §3.4.1.1";

const DECODE_ONCE: &str =
    "Decode what is sent once, encode it once, and encode the result once as a part of the base string.";
const ENCODE_BOTH: &str =
    "Encode each name and each value, join them, and encode the result once more as a part of the base string.";
const ENCODE_RIGHT: &str =
    "Encode everything except letters, digits, - . _ and ~ as % and two upper-case hexadecimal digits.";
const UTF_8: &str = "Encode text in UTF-8, then percent-encode each byte.";
const BYTES: &str = "Treat decoded values as bytes, or send only UTF-8.";
const SAME_VALUE: &str = "Change the value first, then sign it and send it unchanged.";

fn decode(recipe: &mut Recipe, decode: Decode) {
    recipe.parameters.decode_names = decode;
    recipe.parameters.decode_values = decode;
}

/// .NET's `WebUtility.UrlEncode`.
const NET_FORM: Encoder = Encoder::unlike(b" !*()~");

/// An encoder that differs from that of the RFC; each variant is another place where it was used.
const fn encoder(id: &'static str, encoder: Encoder, sentence: &'static str, fix: &'static str) -> Mistake {
    let mistake = entry(id, ENCODING, |_, _| {}, sentence, fix);
    Mistake { change: Change::Encoder(encoder), variants: Variants::Named(&REACHES), ..mistake }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Mistake] = &[
    entry("values-not-encoded", NORMALIZATION, |recipe, _| recipe.parameters.values.times = Times::Never,
        "The values were not encoded before they were joined.",
        ENCODE_BOTH).breadth(5),
    entry("no-value-encoded", NORMALIZATION, |recipe, _| {
            recipe.parameters.values.times = Times::Never;
            recipe.parameters.protocol.times = Times::Never;
        },
        "No value was encoded before the parameters were joined, neither those of the query and form nor those of oauth_ parameters.",
        ENCODE_BOTH).breadth(6),
    entry("names-not-encoded", NORMALIZATION, |recipe, _| recipe.parameters.names.times = Times::Never,
        "The names were not encoded before they were joined.",
        ENCODE_BOTH),
    entry("names-never-encoded", NORMALIZATION, |recipe, _| {
            recipe.parameters.names.times = Times::Never;
            recipe.parameters.names.spared = true;
        },
        "The names are not encoded at all in the base string.",
        ENCODE_BOTH),
    entry("values-never-encoded", NORMALIZATION, |recipe, _| {
            recipe.parameters.values.times = Times::Never;
            recipe.parameters.values.spared = true;
        },
        "The values are not encoded at all in the base string.",
        ENCODE_BOTH),
    entry("plus-kept", SOURCES, |recipe, _| decode(recipe, Decode::PlusKept),
        "A + in the query or form was signed as a plus sign, but it means a space.",
        "Read + as a space, and sign it as %20; to send a plus sign, write %2B."),
    entry("values-encoded-twice", NORMALIZATION,
        |recipe, _| recipe.parameters.values.times = Times::Twice,
        "The values were encoded once too often.",
        DECODE_ONCE),
    entry("names-encoded-twice", NORMALIZATION, |recipe, _| recipe.parameters.names.times = Times::Twice,
        "The names were encoded once too often.",
        DECODE_ONCE),
    entry("values-not-decoded", SOURCES,
        |recipe, _| recipe.parameters.decode_values = Decode::Spelled,
        "The values were not decoded before they were encoded, so that their % was encoded again.",
        DECODE_ONCE),
    entry("names-not-decoded", SOURCES, |recipe, _| recipe.parameters.decode_names = Decode::Spelled,
        "The names were not decoded before they were encoded, so that their % was encoded again.",
        DECODE_ONCE),
    entry("parameters-not-decoded", SOURCES, |recipe, _| decode(recipe, Decode::Spelled),
        "Names and values were not decoded before they were encoded, so that their % was encoded again.",
        DECODE_ONCE),
    entry("parameters-as-spelled", SOURCES, |recipe, _| {
            decode(recipe, Decode::Spelled);
            recipe.parameters.names.times = Times::Never;
            recipe.parameters.values.times = Times::Never;
        },
        "Names and values were signed exactly as they are written in the query or form, without being encoded anew.",
        "Decode what is sent, and encode it by RFC 5849 §3.6, which encodes more than a URI needs.").breadth(6),
    entry("values-decoded-twice", SOURCES, |recipe, _| decode(recipe, Decode::Twice),
        "Names and values were decoded twice.",
        DECODE_ONCE),
    entry("values-trimmed", SOURCES, |recipe, _| recipe.parameters.decode_values = Decode::Trimmed,
        "A value was trimmed before it was signed, and sent with the white space around it.",
        SAME_VALUE),
    entry("value-converted", SOURCES,
        |recipe, variant| recipe.parameters.decode_values = Decode::Converted(variant as u8),
        "Nothing, null, true, false or an object was converted to one text for signing and to another for sending.",
        SAME_VALUE).variants(Variants::Rare(CONVERSION_GROUPS)).breadth(3),
    entry("value-escaped", SOURCES,
        |recipe, variant| recipe.parameters.decode_values = match variant {
            0 => Decode::HtmlUnescaped,
            1 => Decode::Backslashes,
            _ => Decode::HtmlEscaped(variant as u8 - 2),
        },
        "A value was escaped for HTML, or with a backslash, for only one of signing and sending.",
        SAME_VALUE).variants(Variants::Rare(2 + APOSTROPHES.len() as u16)).breadth(3),
    entry("line-breaks-changed", SOURCES, |recipe, variant| {
            let breaks = [Decode::LineFeeds, Decode::CarriageReturns];
            recipe.parameters.decode_values = breaks[usize::from(variant) % 2];
        },
        "The line breaks in a value were changed between signing and sending.",
        "Browsers send line breaks in forms as CR LF: convert them before signing.").variants(Variants::Count(2)),
    entry("protocol-values-not-encoded", NORMALIZATION,
        |recipe, _| recipe.parameters.protocol.times = Times::Never,
        "The values of the oauth_ parameters were not encoded before they were joined.",
        ENCODE_BOTH).breadth(5),
    entry("protocol-values-encoded-twice", NORMALIZATION,
        |recipe, _| recipe.parameters.protocol.times = Times::Twice,
        "The values of the oauth_ parameters, such as the token, were encoded once too often.",
        "Encode the oauth_ parameters from their plain values, not from those of the header."),
    entry("protocol-values-decoded-twice", NORMALIZATION,
        |recipe, _| recipe.parameters.protocol_decoded = true,
        "The values of the oauth_ parameters were decoded once too often.",
        "Decode the values of the header once."),
    encoder("space-as-plus", Encoder::SPACE_AS_PLUS,
        "Spaces were encoded as +.",
        "Encode a space as %20."),
    encoder("marks-not-encoded", Encoder::MARKS_KEPT,
        "The characters ! * ' ( ) were not encoded, as by JavaScript's encodeURIComponent.",
        ENCODE_RIGHT),
    encoder("tilde-encoded", Encoder::unlike(b"~"),
        "The character ~ was encoded as %7E.",
        ENCODE_RIGHT),
    encoder("hex-lower-case", Encoder::LOWER_CASE,
        "The hexadecimal digits of the percent encoding are in lower case.",
        ENCODE_RIGHT),
    encoder("slash-not-encoded", Encoder::unlike(b"/"),
        "The character / was not encoded, as by Python's quote.",
        "Encode / as %2F: in Python, use quote(text, safe='~').").breadth(3),
    encoder("slash-not-encoded-tilde-encoded", Encoder::unlike(b"/~"),
        "The character / was not encoded and ~ was encoded as %7E, as by quote of Python 2.",
        "Encode / as %2F and leave ~ as it is: in Python, use quote(text, safe='~').").breadth(5),
    encoder("query-characters-not-encoded", Encoder::unlike(b"!*'():@$/?"),
        "Characters that a query may contain, such as / : @ $ ? and ! * ' ( ), were not encoded.",
        ENCODE_RIGHT),
    encoder("form-encoder", Encoder::FORM,
        "The encoding is that of forms: a space became +, ~ became %7E, and * was not encoded.",
        ENCODE_RIGHT),
    encoder("form-encoder-without-plus", Encoder::unlike(b"*~"),
        "The encoding is that of forms, with %20 for a space: ~ became %7E, and * was not encoded.",
        "Replace the result's %7E by ~ and * by %2A, too.").breadth(5),
    encoder("star-not-encoded", Encoder::unlike(b"*"),
        "The character * was not encoded, as by Java's URLEncoder.",
        "Replace * by %2A in the result, too."),
    encoder("urlencode-php", Encoder::unlike(b" ~"),
        "The encoding is that of PHP's urlencode: a space became +, and ~ became %7E.",
        "Use rawurlencode.").breadth(5),
    encoder("urlencode-net", NET_FORM,
        "The encoding is that of .NET's WebUtility: a space became +, and ! * ( ) were not encoded.",
        "Use Uri.EscapeDataString.").breadth(5),
    encoder("urlencode-net-lower-case", Encoder { numbers: Numbers::LowerCase, ..NET_FORM },
        "The encoding is that of .NET's HttpUtility: a space became +, ! * ( ) were not encoded, and the hexadecimal digits are in lower case.",
        "Use Uri.EscapeDataString.").breadth(5),
    encoder("urlencode-net-lower-case-without-plus", Encoder { numbers: Numbers::LowerCase, ..Encoder::unlike(b"!*()~") },
        "The encoding is that of .NET's HttpUtility with %20 for a space: ! * ( ) were not encoded, and the hexadecimal digits are in lower case.",
        "Use Uri.EscapeDataString.").breadth(5),
    encoder("marks-not-encoded-space-as-plus", Encoder::unlike(b" !*'()"),
        "The characters ! * ' ( ) were not encoded, and a space became +, as by jQuery.param.",
        ENCODE_RIGHT).breadth(5),
    encoder("query-allowed", Encoder::unlike(b"!*'():@$/?+,;"),
        "Characters that are allowed in a query, such as / : ? @ $ + , ; were not encoded, as with Swift's urlQueryAllowed.",
        ENCODE_RIGHT).breadth(7),
    encoder("uri-encoder", Encoder::unlike(b"!*'():@$/?+,;&=#"),
        "The characters that separate parts of a URI (/ : ? @ & = + $ , ; #) were not encoded, as by JavaScript's encodeURI.",
        "Use encodeURIComponent, and encode ! * ' ( ), too.").breadth(7),
    encoder("unreserved-encoded", Encoder::unlike(b"-._~"),
        "The characters - . _ ~ were encoded, which need no encoding, as by R's curlEscape.",
        ENCODE_RIGHT).breadth(5),
    encoder("javascript-escape", Encoder { numbers: Numbers::EscapedCodeUnits, ..Encoder::unlike(b"*@+/~") },
        "The encoding is that of JavaScript's escape(): %u2019 for a character outside Latin-1, and @ * + / not encoded.",
        "Use encodeURIComponent, and encode ! * ' ( ), too."),
    encoder("code-units", Encoder { numbers: Numbers::CodeUnits, ..Encoder::RIGHT },
        "Each UTF-16 code unit was encoded as one hexadecimal number, such as %4E2D, and not each byte of UTF-8.",
        UTF_8),
    entry("characters-not-encoded", ENCODING, |recipe, bits| recipe.encode(Encoder::keeping(bits), 0),
        "Some characters were not encoded in names and values.",
        ENCODE_RIGHT).variants(Variants::Characters).breadth(8),
    entry("characters-not-encoded-in-base-string", ENCODING,
        |recipe, bits| recipe.encode(Encoder::keeping(bits), 4),
        "Some characters were not encoded, neither in names and values nor in the base string.",
        ENCODE_RIGHT).variants(Variants::Characters).breadth(8),
    entry("latin-1-decoded", ENCODING, |recipe, _| decode(recipe, Decode::Latin1Read),
        "Text in UTF-8 was read as Latin-1 and encoded again.",
        "Treat decoded values as bytes, or as UTF-8."),
    entry("latin-1-encoded", ENCODING, |recipe, _| decode(recipe, Decode::Latin1Written),
        "Text was encoded in Latin-1 or Windows-1252, not in UTF-8.",
        UTF_8).breadth(3),
    entry("not-ascii-replaced", ENCODING, |recipe, _| decode(recipe, Decode::Ascii),
        "Characters that are not ASCII were replaced by ?.",
        UTF_8).variants(Variants::Rare(1)),
    entry("not-utf-8-replaced", ENCODING, |recipe, _| decode(recipe, Decode::Replaced),
        "A byte that is not UTF-8 was replaced by U+FFFD.",
        BYTES),
    entry("not-utf-8-not-decoded", ENCODING, |recipe, _| decode(recipe, Decode::SpelledIfNotText),
        "A value that is not UTF-8 was not decoded, so that its % was encoded again.",
        BYTES),
    entry("parameters-not-encoded-in-base-string", BASE_STRING,
        |recipe, _| recipe.parameters.outer.times = Times::Never,
        "The normalized parameters were not encoded as a part of the base string.",
        "Percent-encode each of the three parts of the base string."),
    entry("parameters-encoded-twice-in-base-string", BASE_STRING,
        |recipe, _| recipe.parameters.outer.times = Times::Twice,
        "The normalized parameters were encoded twice as a part of the base string.",
        "Percent-encode each of the three parts of the base string once."),
];
