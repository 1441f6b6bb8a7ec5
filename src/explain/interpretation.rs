//! The ways to understand a request whose input does not show everything, or is damaged.

use std::borrow::Cow;

use super::{
    readers::{Place, Signed, repaired_url},
    request::{CapturedRequest, FORM, Guess, Remark},
};

/// One way to understand a request.
#[derive(Clone)]
pub(super) struct Interpretation<'a> {
    pub(super) request: Cow<'a, CapturedRequest>,
    /// Whether the other fields of a multipart or JSON body that contains the signature are signed, too.
    pub(super) other_fields: bool,
    /// What was assumed.
    pub(super) guesses: Vec<Remark>,
    /// Mistakes that are proven if the signature fits, by their identifiers.
    pub(super) mistakes: Vec<&'static str>,
}

/// All ways to understand a request, the most likely one first.
pub(super) fn interpretations<'a>(request: &'a CapturedRequest, signed: &Signed) -> Vec<Interpretation<'a>> {
    let first = Interpretation {
        request: Cow::Borrowed(request),
        other_fields: signed.place == Place::Multipart,
        guesses: Vec::new(),
        mistakes: Vec::new(),
    };
    let mut all = vec![first.clone()];
    if let Some(cut) = &request.cut_uri {
        all[0].request.to_mut().uri.clone_from(cut);
        all.push(Interpretation { mistakes: vec!["url-cut-by-shell"], ..first });
    }
    for guess in &request.guesses {
        all = match guess {
            Guess::Scheme => {
                let sentences = ["https", "http"].map(|scheme| {
                    format!("The input does not show the scheme; {scheme}: is assumed. To set it, use --scheme.")
                });
                in_two_ways(all, "scheme", sentences, |other| {
                    let uri = other.request.uri.replacen("https://", "http://", 1);
                    other.request.to_mut().uri = uri;
                })
            }
            Guess::MediaType => {
                let sentences =
                    ["not a form", "a form"].map(|is| format!("The body has no media type; it is assumed to be {is}."));
                in_two_ways(all, "media-type", sentences, |other| {
                    other.request.to_mut().set_header("Content-Type", FORM);
                })
            }
            Guess::ForwardedHost => {
                let sentences = ["a proxy names, as in X-Forwarded-Host", "the Host header names"]
                    .map(|which| format!("The host that {which} is assumed."));
                in_two_ways(all, "forwarded-host", sentences, |other| {
                    let host = other.request.header_values("host").next().unwrap_or_default().to_string();
                    let range = other.request.authority();
                    other.request.to_mut().uri.replace_range(range, &host);
                })
            }
        };
    }
    if matches!(signed.place, Place::Multipart | Place::Json) && !signed.other_fields.is_empty() {
        let how = if signed.place == Place::Multipart { ["", "not "] } else { ["not ", ""] };
        let sentences = how.map(|how| format!("The other fields of the body are assumed {how}to be signed."));
        all = in_two_ways(all, "other-fields", sentences, |other| other.other_fields = !other.other_fields);
    }
    let repaired: Vec<_> = all.iter().filter_map(repaired).collect();
    // What begins with two schemes is not a URL at all, and damage may hide protocol parameters.
    let in_the_open = Signed::find(request).map_or(0, |it| it.parameters.len());
    let is_hidden = signed.place == Place::Query && signed.parameters.len() > in_the_open;
    if is_hidden || repaired.iter().any(|it| it.mistakes.contains(&"url-scheme-twice")) {
        return repaired;
    }
    all.extend(repaired);
    all
}

/// Each interpretation twice, with a sentence on what was assumed; `change` makes the second.
fn in_two_ways<'a>(
    all: Vec<Interpretation<'a>>,
    id: &'static str,
    sentences: [String; 2],
    change: impl Fn(&mut Interpretation<'a>),
) -> Vec<Interpretation<'a>> {
    let both = all.into_iter().flat_map(|one| {
        let mut other = one.clone();
        change(&mut other);
        let mut both = [one, other];
        for (each, sentence) in both.iter_mut().zip(&sentences) {
            each.guesses.push(Remark::new(id, sentence));
        }
        both
    });
    both.collect()
}

/// The interpretation with a repaired URL, if the URL is damaged.
fn repaired<'a>(one: &Interpretation<'a>) -> Option<Interpretation<'a>> {
    let (uri, mistakes) = repaired_url(&one.request.uri)?;
    let mut repaired = one.clone();
    repaired.request.to_mut().uri = uri;
    repaired.mistakes.extend(mistakes);
    Some(repaired)
}
