//! What to do if no known mistake explains a signature.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{diagnose::Options, recipe::context::Context};

/// What to do next: first the client's own base string, then what cannot be seen from outside, and the secrets last.
pub(super) fn advice(context: &Context<'_>, method: &str, options: &Options<'_>) -> Vec<String> {
    let mut list = Vec::new();
    let mut say = |text: &str| list.push(text.to_string());
    let is_rsa = method.starts_with("RSA-");
    let is_plaintext = method == "PLAINTEXT";
    let has_token = context.names_token();
    if has_token && !is_rsa && context.secrets.token_secret().is_none() {
        say("The request names a token, and its secret was not given here: give it.");
    }
    if !is_plaintext {
        say(
            "Get the client's own signature base string: from its debug log, or by printing what it passes to the HMAC or RSA function. Compare it here with --base-string: that shows every difference.",
        );
        say(
            "Check that nonce and timestamp are made once: some clients make them a second time for the header, which cannot be seen from outside.",
        );
        say(
            "Check that method, URL and body are those that were sent, and that nothing changes them after signing: an HTTP library, a redirect, a proxy.",
        );
        if options.also_try_hosts.is_empty() {
            say(
                "If a proxy is in between, the server may see another host, scheme or path than the client: try that one with --also-try-host.",
            );
        }
    }
    if is_rsa {
        say(
            "Check that the private key of the client belongs to the public key that the server has for this consumer key.",
        );
        return list;
    }
    let secrets = if has_token {
        "Then check that both secrets are those that were issued with the consumer key and token of the request"
    } else {
        "Then check that the secret is the one that was issued with the consumer key of the request"
    };
    say(&if options.also_try.is_empty() {
        format!("{secrets}; others can be tried with --also-try.")
    } else {
        format!("{secrets}.")
    });
    list
}
