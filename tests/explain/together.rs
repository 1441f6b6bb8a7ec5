//! Mistakes made together, two and three at once.

use exh_oauth1::explain::Limits;

use crate::{
    maker::PLACES,
    requests::{diagnosed, maker, mistake_of, rich, sets},
    secrecy::hides_secrets,
};

/// The commoner mistakes, those that libraries make and those that people make; of one number only one is made at a
/// time.
const COMMON: [(&str, u8); 42] = [
    ("query-left-out", 1),
    ("query-in-uri", 1),
    ("form-left-out", 2),
    ("values-encoded-twice", 3),
    ("values-not-encoded", 3),
    ("plus-kept", 4),
    ("duplicates-first-kept", 5),
    ("duplicates-last-kept", 5),
    ("sorted-before-encoding", 6),
    ("sorted-joined", 6),
    ("sorted-by-name-only", 6),
    ("not-sorted", 6),
    ("names-not-encoded", 7),
    ("port-kept", 8),
    ("host-case-kept", 9),
    ("host-other", 9),
    ("secrets-not-encoded", 10),
    ("secrets-encoded-twice", 10),
    ("token-secret-left-out", 11),
    ("token-secret-newline", 11),
    ("hex-lower-case", 12),
    ("hex-lower-case-in-parameters", 12),
    ("marks-not-encoded", 12),
    ("marks-not-encoded-in-parameters", 12),
    ("tilde-encoded", 12),
    ("form-encoder", 12),
    ("space-as-plus", 12),
    ("protocol-values-not-encoded", 13),
    ("protocol-values-encoded-twice", 13),
    ("scheme-other", 14),
    ("path-slash-dropped", 15),
    ("path-decoded", 15),
    ("path-encoded-twice", 15),
    ("method-lower-case", 16),
    ("realm-signed", 17),
    ("version-not-signed", 18),
    ("client-secret-trimmed", 19),
    ("secrets-swapped", 20),
    ("brackets-qs", 21),
    ("empty-values-dropped", 22),
    ("key-and-text-swapped", 23),
    ("hash-other", 23),
];

#[test]
fn pairs_of_common_mistakes_are_named() {
    let mut case = rich();
    // Fewer parameters, so that the test is quick without optimization.
    case.query = "b%20c=1&a+d=x+y&dup=2&dup=1&mark!=!*'()&u=%C3%BC&c%40=1&c2=1&a-b=1&a=2&z=%2525\
                  &list[]=1&e=&t=~"
        .to_string();
    case.protocol.truncate(6);
    let limits = Limits { mistakes: 2, ..Limits::default() };
    let mut pairs = 0;
    let mut missed = Vec::new();
    for (index, (one, slot)) in COMMON.iter().enumerate() {
        for (other, other_slot) in &COMMON[index + 1..] {
            pairs += 1;
            // Without optimization all of them would take minutes.
            if slot == other_slot || (cfg!(debug_assertions) && pairs % 83 != 0) {
                continue;
            }
            let header = maker(&case, &[one, other]).header();
            let id = |id: &'static str| {
                let places = PLACES[1..].iter();
                let encoder = places.filter_map(|(end, _)| id.strip_suffix(end)).next();
                mistake_of(encoder.unwrap_or(id))
            };
            let mut expected = vec![id(one), id(other)];
            // One of them may change nothing next to the other.
            for alone in [one, other] {
                if header == maker(&case, &[alone]).header() {
                    expected = vec![id(alone)];
                }
            }
            expected.sort_unstable();
            let diagnosis = diagnosed(&case, &header, limits);
            let sets = sets(&diagnosis);
            // Other mistakes may give the same signature, and be more specific.
            let is_made_by = |set: &Vec<&'static str>| maker(&case, set).header() == header;
            let is_in = |set: &Vec<&str>| expected.iter().all(|id| set.contains(id));
            if !sets.iter().any(is_in) && !sets.first().is_some_and(is_made_by) {
                missed.push((expected, sets));
            }
            hides_secrets(&case, &diagnosis, "pair");
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn three_mistakes_are_named() {
    let mut case = rich();
    case.query = "b%20c=1&a+d=x+y&dup=2&dup=1&z=!".to_string();
    case.protocol.truncate(6);
    for mut ids in [
        ["query-in-uri", "host-case-kept", "port-kept"],
        ["form-left-out", "plus-kept", "secrets-not-encoded"],
        ["duplicates-last-kept", "port-kept", "token-secret-left-out"],
    ] {
        let header = maker(&case, &ids).header();
        let diagnosis = diagnosed(&case, &header, Limits::default());
        ids.sort_unstable();
        let sets = sets(&diagnosis);
        assert!(sets.contains(&ids.to_vec()), "{ids:?} not in {sets:?}");
        hides_secrets(&case, &diagnosis, "three");
    }
}
