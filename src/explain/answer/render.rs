//! Diagnosis and steps as text for people.

use alloc::{format, string::String, vec::Vec};

use super::{
    diagnosis::{Diagnosis, Explanation, Found, MadeFrom, Verdict},
    differences::Difference,
    page::{BOLD, CYAN, DIM, GREEN, INDENT, Page, RED, Style, YELLOW},
    steps::{Parameter, Steps},
};
use crate::explain::{mistakes::Mistake, readers::Place};

impl Page {
    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            let source = self.paint(CYAN, &format!("{:<7}", parameter.source));
            self.line(&format!("{}{source}", " ".repeat(INDENT)));
            for (name, value) in [
                ("as sent", &parameter.raw),
                ("name", &parameter.name),
                ("value", &parameter.value),
                ("encoded", &parameter.encoded),
            ] {
                self.pair(&format!("  {name}"), value);
            }
        }
    }

    fn found(&mut self, found: &Found) {
        let mistake = &found.mistake;
        self.words(2, mistake.sentence);
        if let Some(detail) = &found.detail {
            self.words(INDENT, detail);
        }
        self.words(INDENT, &format!("Fix: {}", mistake.fix));
        let source = self.paint(DIM, &format!("{} ({})", mistake.id, mistake.section));
        self.line(&format!("{}{source}", " ".repeat(INDENT)));
    }

    fn difference(&mut self, difference: &Difference, right: Option<&str>, other: Option<&str>, heading: &str) {
        self.words(2, &format!("The first difference is in the {}, at byte {}.", difference.part, difference.position));
        if let (Some(right), Some(other)) = (right, other) {
            self.side_by_side(right, other, heading);
        }
    }

    fn explanation(&mut self, explanation: &Explanation, right: Option<&str>) {
        explanation.mistakes.iter().for_each(|found| self.found(found));
        if !explanation.alternatives.is_empty() {
            self.words(2, "Other mistakes give the same signature for this request:");
            for set in &explanation.alternatives {
                let is_other = |found: &&Found| {
                    let mut mistakes = explanation.mistakes.iter();
                    !mistakes.any(|it| it.mistake.id == found.mistake.id)
                };
                let sentences: Vec<_> = set
                    .iter()
                    .filter(is_other)
                    .map(|found| format!("{} ({})", found.mistake.sentence, found.mistake.id))
                    .collect();
                self.words(INDENT, &format!("- {}", sentences.join(" And: ")));
            }
        }
        if let Some(difference) = &explanation.difference {
            let signed = explanation.base_string.as_deref();
            self.difference(difference, right, signed, "that was signed");
        }
    }
}

/// A base string as text for people: its parts apart, one parameter a line.
pub fn base_string_text(base_string: &str, style: Style) -> String {
    let mut page = Page::new(style);
    page.base_string(base_string);
    page.text
}

impl Diagnosis {
    /// Whether the verdict is about the given base string: the signature was not checked, or was made from the right
    /// one.
    const fn is_about_base_string(&self) -> bool {
        self.compared.is_some() && matches!(self.made_from, None | Some(MadeFrom::Request))
    }

    /// The line about the place of the signature, or about the base string that it was made from.
    const fn about_signature(&self) -> Option<&'static str> {
        Some(match (self.made_from, self.place) {
            (Some(MadeFrom::Both), _) => {
                "The given base string is equal to that of the request, and the signature was made from it."
            }
            (Some(MadeFrom::Request), _) => {
                "The signature is right for this request: it was made from the base string of the request, not from the given one."
            }
            (Some(MadeFrom::Given), _) => {
                "The signature was made from the given base string, which differs from that of the request."
            }
            (Some(MadeFrom::Neither), _) if self.difference.is_none() => {
                "The base strings are equal, but the signature was not made from them: its key or the signature itself differs."
            }
            (Some(MadeFrom::Neither), _) => {
                "The signature was made from neither the given base string nor that of the request."
            }
            (None, Some(Place::Multipart)) => {
                "The signature is in the fields of a multipart body. Most servers do not read it there."
            }
            (None, Some(Place::Json)) => "The signature is in a JSON object. Most servers do not read it there.",
            (None, _)
                if matches!(self.verdict, Verdict::Explained | Verdict::Unexplained) && self.compared.is_some() =>
            {
                "No signature was checked."
            }
            _ => return None,
        })
    }

    /// The diagnosis as text for people.
    pub fn to_text(&self, style: Style) -> String {
        let mut page = Page::new(style);
        let (colour, verdict) = match self.verdict {
            Verdict::Right => (GREEN, "The signature is right."),
            Verdict::Explained if self.is_about_base_string() => (RED, "The base strings differ, and this is why:"),
            Verdict::Unexplained if self.is_about_base_string() => {
                (RED, "The base strings differ, and no known mistake explains it.")
            }
            Verdict::Explained => (RED, "The signature is refused, and this is why:"),
            Verdict::Unexplained => (RED, "The signature is refused, and no known mistake explains it."),
            Verdict::NotSigned => (RED, "The request is not signed."),
            Verdict::NotChecked => (YELLOW, "The signature was not checked, because that needs the secrets."),
            Verdict::BaseStringsAgree => (GREEN, "The base strings agree. No signature was checked."),
            Verdict::Unreadable => (RED, "The input was not understood."),
        };
        let verdict = page.paint(colour, verdict);
        page.line(&verdict);
        if let Some(sentence) = self.about_signature() {
            page.words(0, sentence);
        }
        for (title, remarks) in [
            ("Assumed:", &self.guesses),
            ("Repaired to read the input; the server may have received it as it was:", &self.repairs),
        ] {
            if !remarks.is_empty() {
                page.words(0, title);
                for remark in remarks {
                    page.words(2, &format!("- {}", remark.sentence));
                }
            }
        }
        for explanation in &self.explanations {
            page.explanation(explanation, self.base_string.as_deref());
        }
        if self.explanations.is_empty()
            && let Some(difference) = &self.difference
        {
            let (right, other) = (&self.base_string, &self.compared);
            page.difference(difference, right.as_deref(), other.as_deref(), "the given one");
        }
        if let (Verdict::NotChecked, Some(base_string)) = (self.verdict, &self.base_string) {
            page.words(0, "The base string of the request, to compare with that of the client or the server:");
            page.base_string(base_string);
        }
        for (title, list) in [
            ("How the given base string differs:", &self.differences),
            ("Ruled out:", &self.ruled_out),
            ("What to check next:", &self.check_next),
        ] {
            if !list.is_empty() {
                // Of what was not understood there is nothing else to tell.
                if self.verdict != Verdict::Unreadable {
                    page.line(title);
                }
                list.iter().for_each(|text| page.words(2, &format!("- {text}")));
            }
        }
        if !self.notes.is_empty() {
            page.line("Also noticed:");
            for found in &self.notes {
                let detail = found.detail.as_deref().unwrap_or_default();
                let Mistake { sentence, fix, .. } = found.mistake;
                page.words(2, format!("- {detail} {sentence} {fix}").replace("-  ", "- ").trim());
            }
        }
        page.text
    }
}

impl Steps {
    /// The steps as text for people.
    pub fn to_text(&self, style: Style) -> String {
        let mut page = Page::new(style);
        let title = page.paint(BOLD, "Making the signature, step by step");
        page.line(&title);
        page.heading(1, "What was read", "RFC 5849 §3.4.1.2");
        for (name, value) in [
            ("method", Some(&self.method)),
            ("scheme", Some(&self.scheme)),
            ("host", Some(&self.host)),
            ("port", self.port.as_ref()),
            ("path", Some(&self.path)),
        ] {
            page.pair(name, value.map_or("(not named)", String::as_str));
        }
        page.heading(2, "Base string URI", "RFC 5849 §3.4.1.2");
        page.bytes(INDENT, &self.base_string_uri, CYAN);
        page.heading(3, "Parameters, in the order they are signed", "RFC 5849 §3.4.1.3.1");
        page.parameters(&self.parameters);
        for text in &self.not_signed {
            page.words(INDENT, &format!("not signed: {text}"));
        }
        page.heading(4, "Normalized parameters", "RFC 5849 §3.4.1.3.2");
        for pair in self.normalized_parameters.split_inclusive('&') {
            page.bytes(INDENT, pair, CYAN);
        }
        page.heading(5, "Signature base string", "RFC 5849 §3.4.1.1");
        page.base_string(&self.base_string);
        page.heading(6, "Signing key", "RFC 5849 §3.4.2");
        let key = &self.key;
        page.words(
            INDENT,
            &format!(
                "{} characters of client secret ({} encoded), an &, {} of token secret ({} encoded): {} bytes",
                key.client_secret, key.client_secret_encoded, key.token_secret, key.token_secret_encoded, key.key
            ),
        );
        page.heading(7, "Signature", "RFC 5849 §3.4");
        page.pair("method", &self.signature_method);
        page.pair("signature", self.signature.as_deref().unwrap_or("(not shown)"));
        if let Some(authorization) = &self.authorization {
            page.heading(8, "Authorization header", "RFC 5849 §3.5.1");
            page.words(INDENT, authorization);
        }
        page.text
    }
}
