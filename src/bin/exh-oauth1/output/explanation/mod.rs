//! What `explain` found, as text.

mod comparison;
mod page;

use exh_oauth1::explain::{
    Diagnosis, Difference, Explanation, Found, MadeFrom, Parameter, Place, Remark, Steps, Verdict, mistakes::Mistake,
};

use self::page::{BOLD, CYAN, DIM, GREEN, INDENT, Page, RED, YELLOW};

impl Page {
    fn parameter(&mut self, parameter: &Parameter) {
        self.line(INDENT, CYAN, parameter.source);
        self.pair("  as sent", &parameter.raw);
        self.pair("  name", &parameter.name);
        self.pair("  value", &parameter.value);
        self.pair("  encoded", &parameter.encoded);
    }

    fn found(&mut self, found: &Found) {
        let mistake = &found.mistake;
        self.words(2, mistake.sentence);
        if let Some(detail) = &found.detail {
            self.words(INDENT, detail);
        }
        self.words(INDENT, &format!("Fix: {}", mistake.fix));
        self.line(INDENT, DIM, &format!("{} ({})", mistake.id, mistake.section));
    }

    fn difference(&mut self, difference: Option<Difference>, right: Option<&str>, other: Option<&str>, heading: &str) {
        if let (Some(Difference { part, position, .. }), Some(right), Some(other)) = (difference, right, other) {
            self.words(2, &format!("The first difference is in the {part}, at byte {position}."));
            self.comparison(right, other, heading);
        }
    }

    fn explanation(&mut self, explanation: &Explanation, right: Option<&str>) {
        let mistakes = &explanation.mistakes;
        mistakes.iter().for_each(|found| self.found(found));
        let is_other = |found: &&Found| mistakes.iter().all(|it| it.mistake.id != found.mistake.id);
        let alternative = |set: &Vec<Found>| {
            let others = set.iter().filter(is_other).map(|found| &found.mistake);
            let sentences: Vec<_> = others.map(|mistake| format!("{} ({})", mistake.sentence, mistake.id)).collect();
            sentences.join(" And: ")
        };
        let alternatives: Vec<_> = explanation.alternatives.iter().map(alternative).collect();
        self.list(2, "Other mistakes give the same signature for this request:", &alternatives);
        self.difference(explanation.difference, right, explanation.base_string.as_deref(), "that was signed");
    }
}

/// A base string as text: its parts apart, one parameter a line.
pub(crate) fn base_string(base_string: &str, has_colour: bool) -> String {
    let mut page = Page::new(has_colour);
    page.base_string(base_string);
    page.text
}

/// Whether the verdict is about the given base string: the signature was not checked, or was made from the right
/// one.
const fn is_about_base_string(diagnosis: &Diagnosis) -> bool {
    diagnosis.compared.is_some() && matches!(diagnosis.made_from, None | Some(MadeFrom::Request))
}

/// The line about the place of the signature, or about the base string that it was made from.
const fn about_signature(diagnosis: &Diagnosis) -> Option<&'static str> {
    Some(match (diagnosis.made_from, diagnosis.place) {
        (Some(MadeFrom::Both), _) => {
            "The given base string is equal to that of the request, and the signature was made from it."
        }
        (Some(MadeFrom::Request), _) => {
            "The signature is right for this request: it was made from the base string of the request, not from the given one."
        }
        (Some(MadeFrom::Given), _) => {
            "The signature was made from the given base string, which differs from that of the request."
        }
        (Some(MadeFrom::Neither), _) if diagnosis.difference.is_none() => {
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
            if matches!(diagnosis.verdict, Verdict::Explained | Verdict::Unexplained)
                && diagnosis.compared.is_some() =>
        {
            "No signature was checked."
        }
        _ => return None,
    })
}

/// The diagnosis as text.
pub(crate) fn diagnosis(diagnosis: &Diagnosis, has_colour: bool) -> String {
    let mut page = Page::new(has_colour);
    let (colour, verdict) = match diagnosis.verdict {
        Verdict::Right => (GREEN, "The signature is right."),
        Verdict::Explained if is_about_base_string(diagnosis) => (RED, "The base strings differ, and this is why:"),
        Verdict::Unexplained if is_about_base_string(diagnosis) => {
            (RED, "The base strings differ, and no known mistake explains it.")
        }
        Verdict::Explained => (RED, "The signature is refused, and this is why:"),
        Verdict::Unexplained => (RED, "The signature is refused, and no known mistake explains it."),
        Verdict::NotSigned => (RED, "The request is not signed."),
        Verdict::NotChecked => (YELLOW, "The signature was not checked, because that needs the secrets."),
        Verdict::BaseStringsAgree => (GREEN, "The base strings agree. No signature was checked."),
        _ => (RED, "The input was not understood."),
    };
    page.line(0, colour, verdict);
    if let Some(sentence) = about_signature(diagnosis) {
        page.words(0, sentence);
    }
    let sentences = |remarks: &[Remark]| -> Vec<_> { remarks.iter().map(|it| it.sentence.clone()).collect() };
    page.list(0, "Assumed:", &sentences(&diagnosis.guesses));
    let repaired = "Repaired to read the input; the server may have received it as it was:";
    page.list(0, repaired, &sentences(&diagnosis.repairs));
    let right = diagnosis.base_string.as_deref();
    diagnosis.explanations.iter().for_each(|explanation| page.explanation(explanation, right));
    if diagnosis.explanations.is_empty() {
        page.difference(diagnosis.difference, right, diagnosis.compared.as_deref(), "the given one");
    }
    if let (Verdict::NotChecked, Some(base_string)) = (diagnosis.verdict, right) {
        page.words(0, "The base string of the request, to compare with that of the client or the server:");
        page.base_string(base_string);
    }
    page.list(0, "How the given base string differs:", &diagnosis.differences);
    page.list(0, "Ruled out:", &diagnosis.ruled_out);
    // Of what was not understood there is nothing else to tell.
    let next = if diagnosis.verdict == Verdict::Unreadable { "" } else { "What to check next:" };
    page.list(0, next, &diagnosis.check_next);
    let note = |found: &Found| {
        let Mistake { sentence, fix, .. } = found.mistake;
        found.detail.as_deref().into_iter().chain([sentence, fix]).collect::<Vec<_>>().join(" ")
    };
    page.list(0, "Also noticed:", &diagnosis.notes.iter().map(note).collect::<Vec<_>>());
    page.text
}

/// The steps as text.
pub(crate) fn steps(steps: &Steps, has_colour: bool) -> String {
    let mut page = Page::new(has_colour);
    page.line(0, BOLD, "Making the signature, step by step");
    page.heading(1, "What was read", "RFC 5849 §3.4.1.2");
    page.pair("method", &steps.method);
    page.pair("scheme", &steps.scheme);
    page.pair("host", &steps.host);
    page.pair("port", steps.port.as_deref().unwrap_or("(not named)"));
    page.pair("path", &steps.path);
    page.heading(2, "Base string URI", "RFC 5849 §3.4.1.2");
    page.bytes(INDENT, &steps.base_string_uri, CYAN);
    page.heading(3, "Parameters, in the order they are signed", "RFC 5849 §3.4.1.3.1");
    steps.parameters.iter().for_each(|parameter| page.parameter(parameter));
    for text in &steps.not_signed {
        page.words(INDENT, &format!("not signed: {text}"));
    }
    page.heading(4, "Normalized parameters", "RFC 5849 §3.4.1.3.2");
    for pair in steps.normalized_parameters.split_inclusive('&') {
        page.bytes(INDENT, pair, CYAN);
    }
    page.heading(5, "Signature base string", "RFC 5849 §3.4.1.1");
    page.base_string(&steps.base_string);
    page.heading(6, "Signing key", "RFC 5849 §3.4.2");
    page.words(INDENT, &steps.key);
    page.heading(7, "Signature", "RFC 5849 §3.4");
    page.pair("method", &steps.signature_method);
    page.pair("signature", steps.signature.as_deref().unwrap_or("(not shown)"));
    if let Some(authorization) = &steps.authorization {
        page.heading(8, "Authorization header", "RFC 5849 §3.5.1");
        page.words(INDENT, authorization);
    }
    page.text
}
