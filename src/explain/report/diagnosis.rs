//! What was found out about a refused signature.

use serde::Serialize;

use super::{Difference, Parameter, difference};
use crate::explain::{
    encode::{decode, lossy, special},
    mistakes::{self, Change, Mistake, Variants},
    readers::{Place, ReadError, Signed},
    recipe::{
        Context, METHODS, Recipe,
        parameters::{Normalizer, ParameterRecipe, Without},
        protocol::extra,
    },
    request::{CapturedRequest, Remark},
    search::{Candidate, Outcome, candidate::recipe},
};

/// The verdict on a signature.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing is wrong with it.
    Right,
    /// The mistakes that made it are known and proven.
    Explained,
    /// No known mistake, and no two or three of them, give it.
    #[default]
    Unexplained,
    /// The request has no signature.
    NotSigned,
    /// The signature could not be checked, because the secrets or the key are not known.
    NotChecked,
    /// Only base strings were compared, and they are equal.
    BaseStringsAgree,
    /// The request or its signature cannot be taken apart.
    Unreadable,
}

/// The base string that a signature was made from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MadeFrom {
    /// From that of the request, which the given one is equal to.
    Both,
    /// From that of the request, which the given one differs from.
    Request,
    /// From the given one, which differs from that of the request.
    Given,
    /// From neither.
    Neither,
}

/// What was found out. It holds no secret and no key.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The verdict.
    pub verdict: Verdict,
    /// Where the signature is.
    pub place: Option<Place>,
    /// What had to be changed to read the input. The server may have received the input as it was.
    pub repairs: Vec<Remark>,
    /// What the input does not show, and what fits.
    pub guesses: Vec<Remark>,
    /// At most five explanations, those of the fewest mistakes first.
    pub explanations: Vec<Explanation>,
    /// The right base string; none with `PLAINTEXT`, which has no use for it.
    pub base_string: Option<String>,
    /// The parameters in the order in which they are signed; at most the first 1,000.
    pub parameters: Vec<Parameter>,
    /// What else was noticed: not a reason for the refusal, or not a proven one.
    pub notes: Vec<Found>,
    /// The base string that was given to be compared.
    pub compared: Option<String>,
    /// Which base string the signature was made from, if it could be checked against both.
    pub made_from: Option<MadeFrom>,
    /// How it differs from the right one.
    pub difference: Option<Difference>,
    /// How the contents of that base string differ from the right one, in sentences.
    pub differences: Vec<String>,
    /// What is not the reason.
    pub ruled_out: Vec<String>,
    /// What to look at next.
    pub check_next: Vec<String>,
    /// Whether the search ended early, for a request so large that it would take too long.
    pub cut: bool,
    /// How many base strings with their keys were compared.
    pub evaluations: u64,
}

/// Mistakes that together give exactly what was received.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The mistakes.
    pub mistakes: Vec<Found>,
    /// Other mistakes that give the same for this request, so that they cannot be told apart from the former.
    pub alternatives: Vec<Vec<Found>>,
    /// The wrong base string that was signed, if it differs from the right one.
    pub base_string: Option<String>,
    /// The first difference of the base strings.
    pub difference: Option<Difference>,
}

/// A mistake that was made.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// The mistake.
    #[serde(flatten)]
    pub mistake: Mistake,
    /// Which of several ways it was made in, if that is known.
    pub detail: Option<String>,
}

impl Found {
    /// A mistake that was seen in the header, by its identifier.
    pub(crate) fn seen(id: &str) -> Option<Self> {
        mistakes::find(id).map(|mistake| Self { mistake: *mistake, detail: None })
    }

    fn made(candidate: &Candidate, context: &Context<'_>) -> Self {
        Self { mistake: *candidate.mistake, detail: detail(candidate, context) }
    }
}

/// Which of the variants of a mistake was made.
fn detail(candidate: &Candidate, context: &Context<'_>) -> Option<String> {
    let index = usize::from(candidate.variant);
    let (made, right) = (recipe([candidate]), Recipe::default());
    let ParameterRecipe { timestamp, nonce, method_name, decode_names, decode_values, .. } = made.parameters;
    let is_value_changed = timestamp != right.parameters.timestamp
        || nonce.is_some()
        || method_name.is_some()
        || decode_values != decode_names;
    let signed = match candidate.mistake.variants {
        Variants::Secrets => {
            let count = context.other_secrets.len();
            return Some(format!("It is number {} of the {count} other secrets.", index + 1));
        }
        Variants::Subsets => {
            let names = (0..).zip(&context.protocol).filter(|(place, _)| index >> place & 1 == 1);
            let names: Vec<_> = names.map(|(_, (name, _))| lossy(name)).collect();
            return Some(format!("Not signed: {}.", names.join(", ")));
        }
        Variants::Parameters => {
            let sent = context.query.iter().chain(&context.form).enumerate();
            let missing = sent.filter(|(place, _)| Without(candidate.variant).has(*place));
            let names: Vec<_> = missing.map(|(_, raw)| lossy(&raw.decoded().0)).collect();
            return Some(format!("Not signed: {}.", names.join(", ")));
        }
        Variants::Characters => {
            let characters: Vec<_> = special(candidate.variant).map(|byte| char::from(byte).to_string()).collect();
            return Some(format!("Not encoded: {}", characters.join(" ")));
        }
        Variants::Named(sentences) => return Some((*sentences.get(index)?).to_string()),
        _ if matches!(candidate.mistake.change, Change::Edit(_)) => {
            let which = ["the client secret", "the token secret", "both secrets"];
            return Some(format!("Which: {}.", which[index % which.len()]));
        }
        Variants::Hosts => (*context.hosts.get(index)?).to_string(),
        Variants::Count(2..) if made.method != right.method => (*METHODS.get(index)?).to_string(),
        _ if made.parameters.extra.is_some() => extra(candidate.variant).to_string(),
        Variants::Count(2..) | Variants::Rare(_) | Variants::PathCharacters
            if made.uri != right.uri && made.finish == right.finish =>
        {
            let uri = context.base_string_uri(&made.uri);
            lossy(&decode(uri.strip_suffix(b"&")?, false))
        }
        _ if is_value_changed => changed_value(candidate, context)?,
        _ => return None,
    };
    Some(format!("What was signed: {signed}"))
}

/// The parameter that was signed in place of the one that is sent.
fn changed_value(candidate: &Candidate, context: &Context<'_>) -> Option<String> {
    let mut normalizer = Normalizer::new(context);
    let sent = normalizer.items(&Recipe::default().parameters);
    let signed = normalizer.items(&recipe([candidate]).parameters);
    let (_, changed) = sent.iter().zip(&signed).find(|(sent, signed)| sent.value != signed.value)?;
    let [name, value] = [changed.name, changed.value].map(|word| lossy(normalizer.words.text(word)));
    Some(format!("{name}={value}"))
}

/// The most parameters that are listed.
const MAXIMUM_ROWS: usize = 1000;

impl Diagnosis {
    /// A request that was not understood.
    pub(crate) fn unreadable(why: ReadError) -> Self {
        Self { verdict: Verdict::Unreadable, check_next: vec![why.to_string()], ..Self::default() }
    }

    /// A request without a signature.
    pub(crate) fn not_signed(request: &CapturedRequest) -> Self {
        let places = "an Authorization header, the query, a form or the fields of the body";
        let mut check_next = vec![format!("The request has no oauth_signature in {places}.")];
        if let Some(signed) = Signed::of_header(request) {
            let names: Vec<_> = signed.parameters.iter().map(|it| lossy(&it.name)).collect();
            check_next.push(format!("The header has: {}.", names.join(", ")));
        }
        Self { verdict: Verdict::NotSigned, repairs: request.repairs.clone(), check_next, ..Self::default() }
    }

    /// Puts the result of a search into words; `findings` were seen in the header.
    pub(crate) fn of_outcome(
        context: &Context<'_>,
        outcome: &Outcome,
        findings: Vec<Found>,
        has_base_string: bool,
    ) -> Self {
        let right = context.base_string(&Recipe::default());
        let (harmless, grave): (Vec<_>, Vec<_>) = findings.into_iter().partition(|found| found.mistake.breadth == 0);
        let mut diagnosis = Self {
            place: Some(context.place),
            base_string: has_base_string.then(|| lossy(&right)),
            parameters: context.rows(MAXIMUM_ROWS),
            notes: harmless,
            cut: outcome.is_cut,
            evaluations: outcome.evaluations,
            ..Self::default()
        };
        let Some((first, others)) = outcome.sets.split_first() else {
            diagnosis.notes.splice(0..0, grave);
            let tried = mistakes::all().filter(|mistake| !matches!(mistake.change, Change::Seen)).count();
            let active = outcome.active;
            let levels = [
                format!(
                    "each of {tried} known mistakes alone; {active} ways of making them change something in this request"
                ),
                "any two of them together".to_string(),
                "three of the common ones together".to_string(),
            ];
            diagnosis.ruled_out = levels.into_iter().take(outcome.depth).collect();
            if outcome.is_cut {
                let smaller = "The search stopped early, because this request is large: try a smaller request that is refused, too.";
                diagnosis.check_next.push(smaller.to_string());
            }
            return diagnosis;
        };
        // Without identifiers nobody says that a header that names no token should have named one.
        let is_free =
            |set: &&Vec<Candidate>| matches!(&set[..], [only] if only.mistake.id == "token-secret-without-token");
        let free = outcome.sets.iter().find(is_free).filter(|_| context.secrets.token_identifier.is_none());
        if (first.is_empty() || free.is_some()) && grave.is_empty() {
            diagnosis.verdict = Verdict::Right;
            let free = free.into_iter().flatten();
            diagnosis.notes.extend(free.map(|candidate| Found::made(candidate, context)));
            return diagnosis;
        }
        diagnosis.verdict = Verdict::Explained;
        diagnosis.notes.retain(|note| first.iter().all(|made| made.mistake.id != note.mistake.id));
        let made = |set: &Vec<Candidate>| -> Vec<Found> {
            let made = set.iter().map(|candidate| Found::made(candidate, context));
            made.chain(grave.iter().cloned()).collect()
        };
        let wrong = context.base_string(&recipe(first));
        let difference = difference(&right, &wrong).filter(|_| has_base_string);
        diagnosis.explanations.push(Explanation {
            mistakes: made(first),
            alternatives: others.iter().map(made).collect(),
            base_string: difference.is_some().then(|| lossy(&wrong)),
            difference,
        });
        diagnosis
    }
}
