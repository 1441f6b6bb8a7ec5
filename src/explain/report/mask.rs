//! Hides the secrets of the user wherever they occur in what is shown, such as in a token field by mistake.

use zeroize::Zeroizing;

use super::{Diagnosis, Found, Parameter, Steps};
use crate::explain::{
    Options,
    encode::{digit, plus_as_space},
    recipe::Uri,
    request::CapturedRequest,
    secrets::Secrets,
};

/// What is shown in place of a secret.
const SHOWN: &str = "[secret]";

/// Shorter secrets are not hidden: they occur by chance in every text, and can be guessed.
const MINIMUM_LENGTH: usize = 4;

/// How often a secret may be percent-encoded: in a value, in the base string, and by mistake.
const LEVELS: usize = 4;

/// The secrets to hide: those of the user, and the password of a URL.
#[derive(Debug)]
pub struct Mask(Vec<Zeroizing<Vec<u8>>>);

impl Mask {
    /// Hides the secrets, those that may have been used instead, and the password in the URI of the request.
    pub fn new(request: &CapturedRequest, secrets: &Secrets, options: &Options<'_>) -> Self {
        let mut texts = options.also_try.to_vec();
        texts.push(secrets.client_secret());
        texts.extend(secrets.token_secret());
        let user_info = Uri::parse(&request.uri).and_then(|uri| uri.user_info);
        texts.extend(user_info.and_then(|it| it.split_once(':')).map(|(_, password)| password));
        let texts = texts.into_iter().map(str::trim).filter(|text| text.len() >= MINIMUM_LENGTH);
        Self(texts.map(|text| Zeroizing::new(plain(text.as_bytes()))).collect())
    }

    /// The text with each secret hidden, however it is percent-encoded.
    pub fn text(&self, text: &str) -> String {
        let mut hidden: Vec<(u32, u32)> = Vec::new();
        let bytes = text.as_bytes();
        // Each byte of a level, with the part of the text that it stands for.
        let mut level: Vec<Piece> = (0..).zip(bytes).map(|(at, byte)| (*byte, at, at + 1)).collect();
        for _ in 0..LEVELS {
            let shown = Zeroizing::new(plain(&level.iter().map(|it| it.0).collect::<Vec<_>>()));
            for secret in &self.0 {
                let found = shown.windows(secret.len()).enumerate().filter(|(_, it)| *it == secret.as_slice());
                hidden.extend(found.map(|(at, _)| (level[at].1, level[at + secret.len() - 1].2)));
            }
            let next = decoded(&level);
            if next.len() == level.len() {
                break;
            }
            level = next;
        }
        hidden.sort_unstable();
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for (start, end) in hidden {
            let (start, end) = (start as usize, end as usize);
            if start >= done {
                masked.push_str(&text[done..start]);
                masked.push_str(SHOWN);
            }
            done = done.max(end);
        }
        masked.push_str(&text[done..]);
        masked
    }

    fn hide<'a>(&self, texts: impl IntoIterator<Item = &'a mut String>) {
        if !self.0.is_empty() {
            texts.into_iter().for_each(|text| *text = self.text(text));
        }
    }

    fn parameters(&self, parameters: &mut [Parameter]) {
        for it in parameters {
            self.hide([&mut it.raw, &mut it.name, &mut it.value, &mut it.encoded]);
        }
    }

    /// Hides the secrets in a diagnosis.
    pub(crate) fn diagnosis(&self, diagnosis: &mut Diagnosis) {
        self.parameters(&mut diagnosis.parameters);
        self.found(&mut diagnosis.notes);
        for explanation in &mut diagnosis.explanations {
            self.hide(&mut explanation.base_string);
            self.found(explanation.mistakes.iter_mut().chain(explanation.alternatives.iter_mut().flatten()));
        }
        self.hide(diagnosis.base_string.iter_mut().chain(&mut diagnosis.compared));
        self.hide(diagnosis.check_next.iter_mut().chain(&mut diagnosis.differences));
    }

    fn found<'a>(&self, found: impl IntoIterator<Item = &'a mut Found>) {
        self.hide(found.into_iter().flat_map(|found| &mut found.detail));
    }

    /// Hides the secrets in the steps to a signature.
    pub(crate) fn steps(&self, steps: &mut Steps) {
        self.parameters(&mut steps.parameters);
        self.hide([
            &mut steps.method,
            &mut steps.host,
            &mut steps.path,
            &mut steps.base_string_uri,
            &mut steps.normalized_parameters,
            &mut steps.base_string,
        ]);
        self.hide(&mut steps.authorization);
    }
}

/// Text in which letter case and the two forms of a space make no difference.
fn plain(text: &[u8]) -> Vec<u8> {
    plus_as_space(text).to_ascii_lowercase()
}

/// A byte, and the start and end of what it is written as. No text that is shown has 4 GiB.
type Piece = (u8, u32, u32);

/// A level with `%XX` decoded.
fn decoded(level: &[Piece]) -> Vec<Piece> {
    let mut next = Vec::with_capacity(level.len());
    let mut rest = level;
    while let [first, after @ ..] = rest {
        let digits = match after {
            [high, low, ..] if first.0 == b'%' => digit(high.0).zip(digit(low.0)),
            _ => None,
        };
        let (byte, length) = digits.map_or((first.0, 1), |(high, low)| (high * 16 + low, 3));
        next.push((byte, first.1, rest[length - 1].2));
        rest = &rest[length..];
    }
    next
}
