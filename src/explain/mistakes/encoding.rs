//! Mistakes in decoding and encoding names and values (RFC 5849 §3.6 and §3.4.1.3).

use super::{Mistake, Slot, entry};
use crate::explain::recipe::{Decode, Encoder, Recipe, Times};

const ENCODING: &str = "RFC 5849 §3.6";
const SOURCES: &str = "RFC 5849 §3.4.1.3.1";
const NORMALIZATION: &str = "RFC 5849 §3.4.1.3.2";
const BASE_STRING: &str = "RFC 5849 §3.4.1.1";

const DECODE_ONCE: &str = "Decode what is sent once, encode it once, and encode the result once as a part of the base string.";
const ENCODE_BOTH: &str = "Encode each name and each value, join them, and encode the result once more as a part of the base string.";
const ENCODE_RIGHT: &str = "Encode everything but letters, digits, - . _ and ~ as % and two upper-case hexadecimal digits.";

fn decode(recipe: &mut Recipe, decode: Decode) {
    recipe.parameters.decode_names = decode;
    recipe.parameters.decode_values = decode;
}

pub(super) const TABLE: &[Mistake] = &[
    entry(
        "values-not-encoded",
        Slot::Values,
        NORMALIZATION,
        "The values were joined without being encoded first.",
        ENCODE_BOTH,
        |recipe, _| recipe.parameters.values.times = Times::Never,
    ),
    entry(
        "names-not-encoded",
        Slot::Names,
        NORMALIZATION,
        "The names were joined without being encoded first.",
        ENCODE_BOTH,
        |recipe, _| recipe.parameters.names.times = Times::Never,
    ),
    entry(
        "names-never-encoded",
        Slot::Names,
        NORMALIZATION,
        "The names stand in the base string without any encoding.",
        ENCODE_BOTH,
        |recipe, _| {
            recipe.parameters.names.times = Times::Never;
            recipe.parameters.names.spared = true;
        },
    ),
    entry(
        "values-never-encoded",
        Slot::Values,
        NORMALIZATION,
        "The values stand in the base string without any encoding.",
        ENCODE_BOTH,
        |recipe, _| {
            recipe.parameters.values.times = Times::Never;
            recipe.parameters.values.spared = true;
        },
    ),
    entry(
        "plus-kept",
        Slot::DecodeBoth,
        SOURCES,
        "A + in the query or form was signed as a plus, though it stands for a space.",
        "Read + as a space, and sign it as %20.",
        |recipe, _| decode(recipe, Decode::PlusKept),
    ),
    entry(
        "values-encoded-twice",
        Slot::Values,
        NORMALIZATION,
        "The values were encoded once too often.",
        DECODE_ONCE,
        |recipe, _| recipe.parameters.values.times = Times::Twice,
    ),
    entry(
        "names-encoded-twice",
        Slot::Names,
        NORMALIZATION,
        "The names were encoded once too often.",
        DECODE_ONCE,
        |recipe, _| recipe.parameters.names.times = Times::Twice,
    ),
    entry(
        "values-not-decoded",
        Slot::DecodeValues,
        SOURCES,
        "The values were not decoded before they were encoded, so that their % were encoded again.",
        DECODE_ONCE,
        |recipe, _| recipe.parameters.decode_values = Decode::Spelled,
    ),
    entry(
        "names-not-decoded",
        Slot::DecodeNames,
        SOURCES,
        "The names were not decoded before they were encoded, so that their % were encoded again.",
        DECODE_ONCE,
        |recipe, _| recipe.parameters.decode_names = Decode::Spelled,
    ),
    entry(
        "parameters-not-decoded",
        Slot::DecodeBoth,
        SOURCES,
        "Names and values were not decoded before they were encoded, so that their % were encoded again.",
        DECODE_ONCE,
        |recipe, _| decode(recipe, Decode::Spelled),
    ),
    entry(
        "parameters-as-spelled",
        Slot::DecodeBoth,
        SOURCES,
        "Names and values were signed as they are spelled in the query or form.",
        "Decode what is sent and encode it as RFC 5849 §3.6 says, which is stricter than what a URI needs.",
        |recipe, _| {
            decode(recipe, Decode::Spelled);
            recipe.parameters.names.times = Times::Never;
            recipe.parameters.values.times = Times::Never;
        },
    ),
    entry(
        "values-decoded-twice",
        Slot::DecodeBoth,
        SOURCES,
        "Names and values were decoded twice.",
        DECODE_ONCE,
        |recipe, _| decode(recipe, Decode::Twice),
    ),
    entry(
        "protocol-values-not-encoded",
        Slot::Protocol,
        NORMALIZATION,
        "The values of the protocol parameters were joined without being encoded first.",
        ENCODE_BOTH,
        |recipe, _| recipe.parameters.protocol.times = Times::Never,
    ),
    entry(
        "protocol-values-encoded-twice",
        Slot::Protocol,
        NORMALIZATION,
        "The values of the protocol parameters were encoded once too often.",
        "Encode the protocol parameters from their plain values, not from those of the header.",
        |recipe, _| recipe.parameters.protocol.times = Times::Twice,
    ),
    entry(
        "space-as-plus",
        Slot::Encoder,
        ENCODING,
        "Spaces in names and values were encoded as +.",
        "Encode a space as %20.",
        |recipe, _| recipe.encode_parameters(Encoder::SpaceAsPlus),
    ),
    entry(
        "marks-not-encoded",
        Slot::Encoder,
        ENCODING,
        "The characters ! * ' ( ) were not encoded, as by JavaScript's encodeURIComponent.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_all(Encoder::MarksKept),
    ),
    entry(
        "marks-not-encoded-in-parameters",
        Slot::Encoder,
        ENCODING,
        "The characters ! * ' ( ) were not encoded in names and values, but in the base string.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_parameters(Encoder::MarksKept),
    ),
    entry(
        "tilde-encoded",
        Slot::Encoder,
        ENCODING,
        "The character ~ was encoded as %7E.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_all(Encoder::TildeEncoded),
    ),
    entry(
        "tilde-encoded-in-parameters",
        Slot::Encoder,
        ENCODING,
        "The character ~ was encoded as %7E in names and values.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_parameters(Encoder::TildeEncoded),
    ),
    entry(
        "hex-lower-case",
        Slot::Encoder,
        ENCODING,
        "The hexadecimal digits of the percent encoding are in lower case.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_all(Encoder::LowerHex),
    ),
    entry(
        "hex-lower-case-in-parameters",
        Slot::Encoder,
        ENCODING,
        "The hexadecimal digits are in lower case in names and values.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_parameters(Encoder::LowerHex),
    ),
    entry(
        "hex-lower-case-in-base-string",
        Slot::Outer,
        ENCODING,
        "The hexadecimal digits are in lower case where the parts of the base string were encoded.",
        ENCODE_RIGHT,
        |recipe, _| {
            recipe.parameters.outer = Encoder::LowerHex;
            recipe.uri.encoder = Encoder::LowerHex;
        },
    ),
    entry(
        "form-encoder",
        Slot::Encoder,
        ENCODING,
        "Everything was encoded as forms are: a space as +, ~ as %7E, and * not at all.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_all(Encoder::Form),
    ),
    entry(
        "form-encoder-in-parameters",
        Slot::Encoder,
        ENCODING,
        "Names and values were encoded as forms are: a space as +, ~ as %7E, and * not at all.",
        ENCODE_RIGHT,
        |recipe, _| recipe.encode_parameters(Encoder::Form),
    ),
    entry(
        "latin-1-decoded",
        Slot::DecodeBoth,
        ENCODING,
        "Text in UTF-8 was read as Latin-1 and encoded again.",
        "Treat what was decoded as octets, or as UTF-8.",
        |recipe, _| decode(recipe, Decode::Latin1Read),
    ),
    entry(
        "latin-1-encoded",
        Slot::DecodeBoth,
        ENCODING,
        "Text was encoded in Latin-1 and not in UTF-8.",
        "Encode text in UTF-8 before percent-encoding it.",
        |recipe, _| decode(recipe, Decode::Latin1Written),
    ),
    entry(
        "not-utf-8-replaced",
        Slot::DecodeBoth,
        ENCODING,
        "An octet that is no UTF-8 was replaced by U+FFFD.",
        "Treat what was decoded as octets, or send UTF-8 only.",
        |recipe, _| decode(recipe, Decode::Replaced),
    ),
    entry(
        "not-utf-8-not-decoded",
        Slot::DecodeBoth,
        ENCODING,
        "What is no UTF-8 was not decoded, and its % encoded again.",
        "Treat what was decoded as octets, or send UTF-8 only.",
        |recipe, _| decode(recipe, Decode::SpelledIfNotText),
    ),
    entry(
        "parameters-not-encoded-in-base-string",
        Slot::Outer,
        BASE_STRING,
        "The normalized parameters were not encoded as a part of the base string.",
        "Percent-encode each of the three parts of the base string.",
        |recipe, _| recipe.parameters.outer_times = Times::Never,
    ),
    entry(
        "parameters-encoded-twice-in-base-string",
        Slot::Outer,
        BASE_STRING,
        "The normalized parameters were encoded twice as a part of the base string.",
        "Percent-encode each of the three parts of the base string once.",
        |recipe, _| recipe.parameters.outer_times = Times::Twice,
    ),
];
