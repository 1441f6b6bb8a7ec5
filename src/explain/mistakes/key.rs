//! Mistakes in the signing key and its use (RFC 5849 §3.4.2).

use super::{Change, Mistake, Variants, WHICH_SECRETS, entry};
use crate::explain::{
    encode::Encoder,
    recipe::{
        Recipe, Role, Times,
        key::{Edit, Join, Secret, SecretSource},
    },
};

const KEY: &str = "RFC 5849 §3.4.2";
const PASTE: &str = "Store and read the secret without anything around it, and trim it when it is read.";
const JOIN: &str = "Join both secrets with &.";
const RIGHT_SECRET: &str = "Use the secret that was issued together with the consumer key or token of the request.";
const ENCODE: &str = "Percent-encode both secrets once, and join them with &.";
const AS_ISSUED: &str = "Use the secrets as they were issued.";

const WORDS: [&str; 5] = ["undefined", "null", "None", "nil", "false"];
const SPACES: [Edit; 7] = [
    Edit::Around("", "\n"),
    Edit::Around("", "\r\n"),
    Edit::Around("", " "),
    Edit::Around("", "\r"),
    Edit::Around(" ", ""),
    Edit::Around("\n", ""),
    Edit::Around("\u{feff}", ""),
];
const QUOTES: [Edit; 2] = [Edit::Around("\"", "\""), Edit::Around("'", "'")];
const ENCODERS: [Encoder; 3] = [Encoder::FORM, Encoder::LOWER_CASE, Encoder::MARKS_KEPT];

fn both(recipe: &mut Recipe, change: impl Fn(&mut Secret)) {
    change(&mut recipe.key.client);
    change(&mut recipe.key.token);
}

/// A mistake that is made with one or both of the secrets, in a number of ways.
const fn edited(id: &'static str, edits: &'static [Edit], sentence: &'static str, fix: &'static str) -> Mistake {
    let variants = Variants::Count(WHICH_SECRETS * edits.len() as u16);
    Mistake { change: Change::Edit(edits), variants, ..entry(id, KEY, |_, _| {}, sentence, fix) }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Mistake] = &[
    entry("secrets-not-encoded", KEY, |recipe, _| both(recipe, |secret| secret.times = Times::Never),
        "The secrets were not percent-encoded in the key.",
        ENCODE),
    entry("one-secret-not-encoded", KEY, |recipe, variant| {
            let secret = if variant == 0 { &mut recipe.key.client } else { &mut recipe.key.token };
            secret.times = Times::Never;
        },
        "One of the two secrets was not percent-encoded in the key.",
        ENCODE).variants(Variants::Named(&["The client secret was not encoded.", "The token secret was not encoded."])).breadth(5),
    entry("token-secret-left-out", KEY, |recipe, _| recipe.key.token.source = SecretSource::Word(""),
        "The token secret was left out of the key.",
        JOIN),
    entry("ampersand-missing", KEY, |recipe, _| recipe.key.join = Join::OnlyWithToken,
        "The & at the end of the key is missing: without a token secret, the key is the client secret and &.",
        "Always put the & between the secrets, even if one is empty."),
    entry("secrets-joined-by-nothing", KEY, |recipe, _| recipe.key.join = Join::Nothing,
        "The secrets were joined without a & between them.",
        "Put the & between the secrets."),
    entry("secrets-swapped", KEY, |recipe, _| recipe.key.join = Join::Swapped,
        "The token secret is in front of the client secret in the key.",
        "Put the client secret first, then &, then the token secret."),
    entry("secrets-encoded-whole", KEY, |recipe, _| {
            recipe.key.join = Join::EncodedWhole;
            both(recipe, |secret| secret.times = Times::Never);
        },
        "The whole key was percent-encoded, including its &.",
        ENCODE),
    entry("secrets-joined-by-plus", KEY, |recipe, _| recipe.key.join = Join::Plus,
        "The secrets were joined with +, not with &.",
        "Put the & between the secrets."),
    edited("secret-with-white-space", &SPACES,
        "White space or a byte order mark around a secret was used as a part of it.",
        PASTE),
    edited("secret-trimmed", &[Edit::Trimmed],
        "A secret was trimmed, but the one given here has white space around it.",
        "Compare the secret with the one that was issued: the white space is most likely not a part of it."),
    edited("secret-quoted", &QUOTES,
        "Quotes around a secret were used as a part of it.",
        PASTE),
    edited("secret-cut-at-equals", &[Edit::CutAtEquals],
        "A secret was cut at its first =.",
        "Split a line of a configuration file at its first = only."),
    entry("secrets-decoded", KEY, |recipe, _| both(recipe, |secret| secret.decoded = true),
        "The secrets were percent-decoded; those given here are still percent-encoded.",
        "Decode the response with the token, which is a form, and store the decoded secrets; do not decode any other secret.").breadth(3),
    entry("secrets-encoded-twice", KEY, |recipe, _| both(recipe, |secret| secret.times = Times::Twice),
        "The secrets were percent-encoded twice.",
        ENCODE),
    entry("token-secret-still-encoded", KEY, |recipe, _| recipe.key.token.times = Times::Twice,
        "The token secret was used as the server sent it, still percent-encoded.",
        "Decode the response with the token: it is a form."),
    entry("token-secret-undefined", KEY, |recipe, variant| {
            recipe.key.token.source = SecretSource::Word(WORDS[usize::from(variant)]);
            recipe.key.token_though_unnamed = true;
        },
        "The key contains a word such as undefined or null in place of a token secret.",
        "Without a token secret, end the key with &.").variants(Variants::Count(WORDS.len() as u16)),
    entry("client-secret-undefined", KEY, |recipe, variant| {
            let word = SecretSource::Word(WORDS[usize::from(variant / 2)]);
            recipe.key.client.source = word;
            if variant % 2 == 1 {
                recipe.key.token.source = word;
                recipe.key.token_though_unnamed = true;
            }
        },
        "The key contains a word such as undefined or null in place of the client secret, or of both secrets.",
        "Check that the program really has the secrets: an environment variable may not be set.").variants(Variants::Rare(2 * WORDS.len() as u16)),
    entry("secrets-encoded-otherwise", "RFC 5849 §3.6",
        |recipe, variant| recipe.key.encoder = ENCODERS[usize::from(variant)],
        "The secrets were percent-encoded by other rules.",
        ENCODE).variants(Variants::Named(&[
        "They were encoded as forms are: a space as +, ~ as %7E, and * not at all.",
        "The hexadecimal digits are in lower case.",
        "The characters ! * ' ( ) were not encoded.",
    ])),
    entry("client-secret-other", KEY,
        |recipe, variant| recipe.key.client.source = SecretSource::Listed(variant),
        "Another secret was used as the client secret.",
        RIGHT_SECRET).variants(Variants::Secrets),
    entry("token-secret-other", KEY, |recipe, variant| {
            recipe.key.token.source = SecretSource::Listed(variant);
            recipe.key.token_though_unnamed = true;
        },
        "Another secret was used as the token secret.",
        RIGHT_SECRET).variants(Variants::Secrets),
    entry("token-secret-without-token", KEY, |recipe, _| recipe.key.token_though_unnamed = true,
        "The token secret is in the key, but the request does not contain the token.",
        "Sign and send oauth_token, or leave its secret out of the key.").variants(Variants::Slip),
    entry("client-secret-left-out", KEY,
        |recipe, _| recipe.key.client.source = SecretSource::Word(""),
        "The client secret was left out of the key.",
        JOIN),
    entry("client-identifier-as-secret", KEY,
        |recipe, _| recipe.key.client.source = SecretSource::Identifier,
        "The consumer key was used in place of its secret.",
        RIGHT_SECRET),
    entry("consumer-key-in-key", KEY, |recipe, _| {
            recipe.key.client.source = SecretSource::Identifier;
            recipe.key.token.source = SecretSource::Client;
            recipe.key.token_though_unnamed = true;
        },
        "The key was made of consumer key and consumer secret.",
        "Join the consumer secret and the token secret with &; without a token, end with the &."),
    entry("token-identifier-as-secret", KEY,
        |recipe, _| recipe.key.token.source = SecretSource::Identifier,
        "The token was used in place of its secret.",
        RIGHT_SECRET),
    edited("secret-case-changed", &[Edit::Lower, Edit::Upper],
        "A secret was converted to lower or upper case.",
        AS_ISSUED),
    edited("secret-base64-decoded", &[Edit::Base64Decoded],
        "A secret was decoded from base64.",
        AS_ISSUED),
    entry("key-and-text-swapped", KEY, |recipe, _| recipe.key.role = Role::Swapped,
        "The base string was used as the key of the HMAC, and the key as its text.",
        "Pass the secrets as the key of the HMAC and the base string as its text.").variants(Variants::Slip),
    entry("signed-with-plaintext", "RFC 5849 §3.4.4", |recipe, _| recipe.key.role = Role::Sent,
        "The key itself was sent as the signature, as PLAINTEXT does, but the request names another method.",
        "Compute the HMAC that the request names, and replace the secrets, because they were sent.").variants(Variants::Slip),
    entry("hash-without-hmac", KEY, |recipe, _| recipe.key.role = Role::Hashed,
        "The signature is a plain hash of base string and key, not an HMAC.",
        "Use an HMAC (RFC 2104).").variants(Variants::Slip),
    entry("hash-without-key", KEY, |recipe, _| recipe.key.role = Role::Unkeyed,
        "The signature is a plain hash of the base string without a key.",
        "Use an HMAC (RFC 2104) with the key.").variants(Variants::Slip),
];
