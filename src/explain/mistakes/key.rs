//! Mistakes in the signing key and its use (RFC 5849 §3.4.2).

use super::{Mistake, Slot, Variants, entry};
use crate::explain::{
    encode::Encoder,
    recipe::{
        Recipe,
        key::{Edit, Join, Role, Secret, SecretCoding, SecretSource},
    },
};

const KEY: &str = "RFC 5849 §3.4.2";
const PASTE: &str =
    "Store and read the secret without anything around it, and trim it when it is read.";
const JOIN: &str = "Join both secrets with &.";
const RIGHT_SECRET: &str =
    "Use the secret that was issued together with the consumer key or token of the request.";
const ENCODE: &str = "Percent-encode both secrets once, and join them with &.";

const APPENDED: [&str; 4] = ["\n", "\r\n", " ", "\r"];
const PREPENDED: [&str; 3] = [" ", "\n", "\u{feff}"];
const WORDS: [&str; 5] = ["undefined", "null", "None", "nil", "false"];
const QUOTES: [char; 2] = ['"', '\''];

/// Changes both secrets.
fn both(recipe: &mut Recipe, change: impl Fn(&mut Secret)) {
    change(&mut recipe.key.client);
    change(&mut recipe.key.token);
}

pub(super) const TABLE: &[Mistake] = &[
    entry("secrets-not-encoded", Slot::Coding, KEY,
        "The secrets were not percent-encoded in the key.",
        ENCODE,
        |recipe, _| both(recipe, |secret| secret.coding = SecretCoding::Raw)),
    entry("token-secret-left-out", Slot::TokenSource, KEY,
        "The token secret was left out of the key.",
        JOIN,
        |recipe, _| recipe.key.token.source = SecretSource::Empty),
    entry("ampersand-missing", Slot::Join, KEY,
        "The & at the end of the key is missing: without a token secret, the key is the client secret and &.",
        "Always put the & between the secrets, even if one is empty.",
        |recipe, _| recipe.key.join = Join::OnlyWithToken),
    entry("secrets-joined-by-nothing", Slot::Join, KEY,
        "The secrets were joined without a & between them.",
        "Put the & between the secrets.",
        |recipe, _| recipe.key.join = Join::Nothing),
    entry("secrets-swapped", Slot::Join, KEY,
        "The token secret comes before the client secret in the key.",
        "Put the client secret first, then &, then the token secret.",
        |recipe, _| recipe.key.join = Join::Swapped),
    entry("secrets-encoded-whole", Slot::Join, KEY,
        "The whole key was percent-encoded, including its &.",
        ENCODE,
        |recipe, _| {
            recipe.key.join = Join::EncodedWhole;
            both(recipe, |secret| secret.coding = SecretCoding::Raw);
        }),
    entry("secrets-joined-by-plus", Slot::Join, KEY,
        "The secrets were joined with +, not with &.",
        "Put the & between the secrets.",
        |recipe, _| recipe.key.join = Join::Plus),
    entry("client-secret-newline", Slot::ClientEdit, KEY,
        "A line break or space after the client secret was used as a part of it.",
        PASTE,
        |recipe, variant| recipe.key.client.edit = Edit::Appended(at(&APPENDED, variant)))
        .variants(Variants::Count(APPENDED.len() as u16)),
    entry("token-secret-newline", Slot::TokenEdit, KEY,
        "A line break or space after the token secret was used as a part of it.",
        PASTE,
        |recipe, variant| recipe.key.token.edit = Edit::Appended(at(&APPENDED, variant)))
        .variants(Variants::Count(APPENDED.len() as u16)),
    entry("client-secret-prefixed", Slot::ClientEdit, KEY,
        "A space, line break or byte order mark in front of the client secret was used as a part of it.",
        PASTE,
        |recipe, variant| recipe.key.client.edit = Edit::Prepended(at(&PREPENDED, variant)))
        .variants(Variants::Count(PREPENDED.len() as u16)),
    entry("token-secret-prefixed", Slot::TokenEdit, KEY,
        "A space, line break or byte order mark in front of the token secret was used as a part of it.",
        PASTE,
        |recipe, variant| recipe.key.token.edit = Edit::Prepended(at(&PREPENDED, variant)))
        .variants(Variants::Count(PREPENDED.len() as u16)),
    entry("client-secret-trimmed", Slot::ClientEdit, KEY,
        "The client secret was trimmed, but the one given here has white space around it.",
        "Compare the secret with the one that was issued: the white space is most likely no part of it.",
        |recipe, _| recipe.key.client.edit = Edit::Trimmed),
    entry("token-secret-trimmed", Slot::TokenEdit, KEY,
        "The token secret was trimmed, but the one given here has white space around it.",
        "Compare the secret with the one that was issued: the white space is most likely no part of it.",
        |recipe, _| recipe.key.token.edit = Edit::Trimmed),
    entry("client-secret-quoted", Slot::ClientEdit, KEY,
        "Quotes around the client secret were used as a part of it.",
        PASTE,
        |recipe, variant| recipe.key.client.edit = Edit::Quoted(QUOTES[usize::from(variant) % 2]))
        .variants(Variants::Count(2)),
    entry("token-secret-quoted", Slot::TokenEdit, KEY,
        "Quotes around the token secret were used as a part of it.",
        PASTE,
        |recipe, variant| recipe.key.token.edit = Edit::Quoted(QUOTES[usize::from(variant) % 2]))
        .variants(Variants::Count(2)),
    entry("client-secret-cut-at-equals", Slot::ClientEdit, KEY,
        "The client secret was cut at its first =.",
        "Split a line of a configuration file at its first = only.",
        |recipe, _| recipe.key.client.edit = Edit::CutAtEquals),
    entry("token-secret-cut-at-equals", Slot::TokenEdit, KEY,
        "The token secret was cut at its first =.",
        "Split a line of a configuration file at its first = only.",
        |recipe, _| recipe.key.token.edit = Edit::CutAtEquals),
    entry("secrets-decoded", Slot::Coding, KEY,
        "The secrets were percent-decoded.",
        "Use the secrets as they were issued.",
        |recipe, _| both(recipe, |secret| secret.coding = SecretCoding::Decoded)),
    entry("secrets-encoded-twice", Slot::Coding, KEY,
        "The secrets were percent-encoded twice.",
        ENCODE,
        |recipe, _| both(recipe, |secret| secret.coding = SecretCoding::Twice)),
    entry("token-secret-still-encoded", Slot::Coding, KEY,
        "The token secret was used as the server sent it, still percent-encoded.",
        "Decode the response with the token: it is a form.",
        |recipe, _| recipe.key.token.coding = SecretCoding::Twice),
    entry("token-secret-undefined", Slot::TokenSource, KEY,
        "The key contains a word such as undefined or null in place of a token secret.",
        "If there is no token secret, end the key with &.",
        |recipe, variant| {
            recipe.key.token.source = SecretSource::Word(at(&WORDS, variant));
            recipe.key.token_though_unnamed = true;
        })
        .variants(Variants::Count(WORDS.len() as u16)),
    entry("secrets-form-encoded", Slot::Coding, "RFC 5849 §3.6",
        "The secrets were encoded as forms are: a space as +, ~ as %7E, and * not at all.",
        ENCODE,
        |recipe, _| recipe.key.encoder = Encoder::Form),
    entry("secrets-hex-lower-case", Slot::Coding, "RFC 5849 §3.6",
        "The secrets were percent-encoded with lower-case hexadecimal digits.",
        ENCODE,
        |recipe, _| recipe.key.encoder = Encoder::LowerHex),
    entry("secrets-marks-not-encoded", Slot::Coding, "RFC 5849 §3.6",
        "The characters ! * ' ( ) were not encoded in the secrets.",
        ENCODE,
        |recipe, _| recipe.key.encoder = Encoder::MarksKept),
    entry("client-secret-other", Slot::ClientSource, KEY,
        "Another secret was used as the client secret.",
        RIGHT_SECRET,
        |recipe, variant| recipe.key.client.source = SecretSource::Listed(variant))
        .variants(Variants::Secrets),
    entry("token-secret-other", Slot::TokenSource, KEY,
        "Another secret was used as the token secret.",
        RIGHT_SECRET,
        |recipe, variant| {
            recipe.key.token.source = SecretSource::Listed(variant);
            recipe.key.token_though_unnamed = true;
        })
        .variants(Variants::Secrets),
    entry("token-secret-without-token", Slot::TokenUnnamed, KEY,
        "The token secret is in the key, but the request does not contain the token.",
        "Sign and send oauth_token, or leave its secret out of the key.",
        |recipe, _| recipe.key.token_though_unnamed = true),
    entry("client-secret-left-out", Slot::ClientSource, KEY,
        "The client secret was left out of the key.",
        JOIN,
        |recipe, _| recipe.key.client.source = SecretSource::Empty),
    entry("client-identifier-as-secret", Slot::ClientSource, KEY,
        "The consumer key was used in place of its secret.",
        RIGHT_SECRET,
        |recipe, _| recipe.key.client.source = SecretSource::Identifier),
    entry("consumer-key-in-key", Slot::ClientSource, KEY,
        "The key was made of consumer key and consumer secret.",
        "Join the consumer secret and the token secret with &; without a token, end with the &.",
        |recipe, _| {
            recipe.key.client.source = SecretSource::Identifier;
            recipe.key.token.source = SecretSource::Client;
            recipe.key.token_though_unnamed = true;
        }),
    entry("token-identifier-as-secret", Slot::TokenSource, KEY,
        "The token was used in place of its secret.",
        RIGHT_SECRET,
        |recipe, _| recipe.key.token.source = SecretSource::Identifier),
    entry("secrets-lower-case", Slot::ClientEdit, KEY,
        "The secrets were converted to lower case.",
        "Use the secrets as they were issued.",
        |recipe, _| both(recipe, |secret| secret.edit = Edit::Lower)),
    entry("secrets-upper-case", Slot::ClientEdit, KEY,
        "The secrets were converted to upper case.",
        "Use the secrets as they were issued.",
        |recipe, _| both(recipe, |secret| secret.edit = Edit::Upper)),
    entry("secrets-base64-decoded", Slot::ClientEdit, KEY,
        "The secrets were decoded from base64.",
        "Use the secrets as they were issued.",
        |recipe, _| both(recipe, |secret| secret.edit = Edit::Base64Decoded)),
    entry("key-and-text-swapped", Slot::Role, KEY,
        "The base string was used as the key of the HMAC, and the key as its text.",
        "Pass the secrets as the key of the HMAC and the base string as its text.",
        |recipe, _| recipe.key.role = Role::Swapped),
    entry("signed-with-plaintext", Slot::Role, "RFC 5849 §3.4.4",
        "The key itself was sent as the signature, as PLAINTEXT does, but the request names another method.",
        "Compute the HMAC that the request names, and replace the secrets, because they were sent.",
        |recipe, _| recipe.key.role = Role::Sent),
    entry("hash-without-hmac", Slot::Role, KEY,
        "The signature is a plain hash of base string and key, not an HMAC.",
        "Use an HMAC (RFC 2104).",
        |recipe, _| recipe.key.role = Role::Hashed),
    entry("hash-without-key", Slot::Role, KEY,
        "The signature is a plain hash of the base string without a key.",
        "Use an HMAC (RFC 2104) with the key.",
        |recipe, _| recipe.key.role = Role::Unkeyed),
];

fn at(list: &[&'static str], variant: u16) -> &'static str {
    list.get(usize::from(variant)).copied().unwrap_or_default()
}
