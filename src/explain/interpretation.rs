//! The ways to understand a request whose input does not show everything, or is damaged.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

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
        let mut whole = first;
        whole.mistakes.push("url-cut-by-shell");
        all.push(whole);
    }
    for guess in &request.guesses {
        all = in_two_ways(all, |one, other| assume(*guess, one, other));
    }
    if matches!(signed.place, Place::Multipart | Place::Json) && !signed.other_fields.is_empty() {
        all = in_two_ways(all, |one, other| {
            other.other_fields = !one.other_fields;
            for each in [one, other] {
                let how = if each.other_fields { "" } else { "not " };
                let sentence = format!("The other fields of the body are assumed {how}to be signed.");
                each.guesses.push(Remark::new("other-fields", sentence));
            }
        });
    }
    let repaired: Vec<_> = all.iter().filter_map(repaired).collect();
    // What begins with two schemes is not a URL at all.
    if repaired.iter().any(|it| it.mistakes.contains(&"url-scheme-twice")) {
        return repaired;
    }
    all.extend(repaired);
    all
}

/// Each interpretation twice, with a difference that the function makes.
fn in_two_ways<'a>(
    all: Vec<Interpretation<'a>>,
    differ: impl Fn(&mut Interpretation<'a>, &mut Interpretation<'a>),
) -> Vec<Interpretation<'a>> {
    all.into_iter()
        .flat_map(|mut one| {
            let mut other = one.clone();
            differ(&mut one, &mut other);
            [one, other]
        })
        .collect()
}

fn assume<'a>(guess: Guess, one: &mut Interpretation<'a>, other: &mut Interpretation<'a>) {
    match guess {
        Guess::Scheme => {
            let uri: String = other.request.uri.replacen("https://", "http://", 1);
            other.request.to_mut().uri = uri;
            for (each, scheme) in [(one, "https"), (other, "http")] {
                let sentence =
                    format!("The input does not show the scheme; {scheme}: is assumed. To set it, use --scheme.");
                each.guesses.push(Remark::new("scheme", sentence));
            }
        }
        Guess::MediaType => {
            other.request.to_mut().set_header("Content-Type", FORM);
            for (each, is) in [(one, "not a form"), (other, "a form")] {
                let sentence = format!("The body has no media type; it is assumed to be {is}.");
                each.guesses.push(Remark::new("media-type", sentence));
            }
        }
    }
}

/// The interpretation with a repaired URL, if the URL is damaged.
fn repaired<'a>(one: &Interpretation<'a>) -> Option<Interpretation<'a>> {
    let (uri, mistakes) = repaired_url(&one.request.uri)?;
    let mut repaired = one.clone();
    repaired.request.to_mut().uri = uri.to_string();
    repaired.mistakes.extend(mistakes);
    Some(repaired)
}
