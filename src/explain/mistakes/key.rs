//! Mistakes in the signing key and its use (RFC 5849 §3.4.2).

use super::{Mistake, Slot, Variants, WHICH_SECRETS, entry};
use crate::explain::{
    encode::Encoder,
    recipe::{
        Recipe,
        key::{Edit, Join, Role, Secret, SecretCoding, SecretSource},
    },
};

const KEY: &str = "RFC 5849 §3.4.2";
const PASTE: &str = "Store and read the secret without anything around it, and trim it when it is read.";
const JOIN: &str = "Join both secrets with &.";
const RIGHT_SECRET: &str = "Use the secret that was issued together with the consumer key or token of the request.";
const ENCODE: &str = "Percent-encode both secrets once, and join them with &.";

const AS_ISSUED: &str = "Use the secrets as they were issued.";

const WORDS: [&str; 5] = ["undefined", "null", "None", "nil", "false"];
/// What is used as a part of a secret: in front of it and after it.
const SPACES: [(&str, &str); 7] =
    [("", "\n"), ("", "\r\n"), ("", " "), ("", "\r"), (" ", ""), ("\n", ""), ("\u{feff}", "")];
const QUOTES: [(&str, &str); 2] = [("\"", "\""), ("'", "'")];
const ENCODERS: [Encoder; 3] = [Encoder::FORM, Encoder::LOWER_CASE, Encoder::MARKS_KEPT];

/// Changes both secrets.
fn both(recipe: &mut Recipe, change: impl Fn(&mut Secret)) {
    change(&mut recipe.key.client);
    change(&mut recipe.key.token);
}

/// Edits those of the two secrets that a variant is about.
fn edit(recipe: &mut Recipe, variant: u16, edit: Edit) {
    match variant % WHICH_SECRETS {
        0 => recipe.key.client.edit = edit,
        1 => recipe.key.token.edit = edit,
        _ => both(recipe, |secret| secret.edit = edit),
    }
}

/// A mistake that is made with one or both of the secrets, in a number of ways.
const fn edited(
    id: &'static str,
    ways: usize,
    sentence: &'static str,
    fix: &'static str,
    apply: fn(&mut Recipe, u16),
) -> Mistake {
    entry(id, Slot::Edit, KEY, sentence, fix, apply).variants(Variants::Count(WHICH_SECRETS * ways as u16))
}

#[rustfmt::skip]
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
        "The token secret is in front of the client secret in the key.",
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
    edited("secret-with-white-space", SPACES.len(),
        "White space or a byte order mark around a secret was used as a part of it.",
        PASTE,
        |recipe, variant| edit(recipe, variant, around(&SPACES, variant))),
    edited("secret-trimmed", 1,
        "A secret was trimmed, but the one given here has white space around it.",
        "Compare the secret with the one that was issued: the white space is most likely not a part of it.",
        |recipe, variant| edit(recipe, variant, Edit::Trimmed)),
    edited("secret-quoted", QUOTES.len(),
        "Quotes around a secret were used as a part of it.",
        PASTE,
        |recipe, variant| edit(recipe, variant, around(&QUOTES, variant))),
    edited("secret-cut-at-equals", 1,
        "A secret was cut at its first =.",
        "Split a line of a configuration file at its first = only.",
        |recipe, variant| edit(recipe, variant, Edit::CutAtEquals)),
    entry("secrets-decoded", Slot::Coding, KEY,
        "The secrets were percent-decoded.",
        AS_ISSUED,
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
            let word = WORDS[usize::from(variant) % WORDS.len()];
            recipe.key.token.source = SecretSource::Word(word);
            recipe.key.token_though_unnamed = true;
        })
        .variants(Variants::Count(WORDS.len() as u16)),
    entry("secrets-encoded-otherwise", Slot::Coding, "RFC 5849 §3.6",
        "The secrets were percent-encoded by other rules.",
        ENCODE,
        |recipe, variant| recipe.key.encoder = ENCODERS[usize::from(variant) % ENCODERS.len()])
        .variants(Variants::Named(&[
        "They were encoded as forms are: a space as +, ~ as %7E, and * not at all.",
        "The hexadecimal digits are in lower case.",
        "The characters ! * ' ( ) were not encoded.",
    ])),
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
    edited("secret-case-changed", 2,
        "A secret was converted to lower or upper case.",
        AS_ISSUED,
        |recipe, variant| {
            let cases = [Edit::Lower, Edit::Upper];
            edit(
                recipe,
                variant,
                cases[usize::from(variant / WHICH_SECRETS) % 2],
            );
        }),
    edited("secret-base64-decoded", 1,
        "A secret was decoded from base64.",
        AS_ISSUED,
        |recipe, variant| edit(recipe, variant, Edit::Base64Decoded)),
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

fn around(list: &[(&'static str, &'static str)], variant: u16) -> Edit {
    let (front, end) = list[usize::from(variant / WHICH_SECRETS) % list.len()];
    Edit::Around(front, end)
}
