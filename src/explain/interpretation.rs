//! The ways to understand a request whose input does not show everything.

use alloc::{borrow::Cow, vec, vec::Vec};

use super::{
    readers::{Place, Signed},
    request::{CapturedRequest, FORM, Guess, Remark},
};

/// One way to understand a request.
#[derive(Clone)]
pub(crate) struct Interpretation<'a> {
    pub(crate) request: Cow<'a, CapturedRequest>,
    /// Whether the other fields of a multipart or JSON body that contains the signature are signed, too.
    pub(crate) other_fields: bool,
    /// What was assumed.
    pub(crate) guesses: Vec<Remark>,
}

/// All ways to understand a request, the most likely one first.
pub(crate) fn interpretations<'a>(
    request: &'a CapturedRequest,
    signed: &Signed,
) -> Vec<Interpretation<'a>> {
    let mut all = vec![Interpretation {
        request: Cow::Borrowed(request),
        other_fields: signed.place == Place::Multipart,
        guesses: Vec::new(),
    }];
    for guess in &request.guesses {
        all = both(all, *guess);
    }
    if matches!(signed.place, Place::Multipart | Place::Json) && !signed.other_fields.is_empty() {
        all = all
            .into_iter()
            .flat_map(|one| {
                let mut other = one.clone();
                other.other_fields = !one.other_fields;
                [one, other].map(|mut each| {
                    each.guesses.push(Remark::new(
                        "other-fields",
                        if each.other_fields {
                            "The other fields of the body are assumed to be signed."
                        } else {
                            "The other fields of the body are assumed not to be signed."
                        },
                    ));
                    each
                })
            })
            .collect();
    }
    all
}

/// Both possibilities of each.
fn both(all: Vec<Interpretation<'_>>, guess: Guess) -> Vec<Interpretation<'_>> {
    all.into_iter()
        .flat_map(|mut one| {
            let mut other = one.clone();
            match guess {
                Guess::Scheme => {
                    let request = other.request.to_mut();
                    request.uri = request.uri.replacen("https://", "http://", 1);
                    for (each, scheme) in [(&mut one, "https"), (&mut other, "http")] {
                        each.guesses.push(Remark::new(
                            "scheme",
                            [
                                "The input does not show the scheme; ",
                                scheme,
                                " is assumed.",
                            ]
                            .concat(),
                        ));
                    }
                }
                Guess::MediaType => {
                    other.request.to_mut().set_header("Content-Type", FORM);
                    for (each, is) in [(&mut one, "not a form"), (&mut other, "a form")] {
                        each.guesses.push(Remark::new(
                            "media-type",
                            ["The body has no media type; it is assumed to be ", is, "."].concat(),
                        ));
                    }
                }
            }
            [one, other]
        })
        .collect()
}
