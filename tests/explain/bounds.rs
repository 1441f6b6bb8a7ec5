//! Huge requests end, and large ones are searched as far as they can be.

use exh_oauth1::explain::{Limits, Verdict};

use crate::requests::{diagnosed, maker, rich, sets};

#[test]
fn a_huge_request_ends() {
    let mut case = rich();
    case.query = (0..10_000).map(|index| format!("p{}=%20{index}&", index % 700)).collect();
    let header = maker(&case, &[]).header();
    case.token_secret = "wrong".to_string();
    let limits = Limits { work: 20_000_000, ..Limits::default() };
    let diagnosis = diagnosed(&case, &header, limits);
    assert!(diagnosis.cut);
    assert_eq!(diagnosis.verdict, Verdict::Unexplained);
    assert!(diagnosis.evaluations < 100, "{}", diagnosis.evaluations);
    assert!(diagnosis.check_next.iter().any(|text| text.contains("stopped early")));
}

#[test]
fn two_mistakes_are_found_among_fifty_parameters() {
    for other in ["timestamp-off", "token-secret-left-out", "version-not-signed"] {
        let mut case = rich();
        let pairs = (0..45).map(|index| format!("name{index}=va%20lue%21%2A%28%29%2F%C3%A4{index}"));
        case.query = pairs.collect::<Vec<_>>().join("&");
        let ids = ["space-as-plus", other];
        let diagnosis = diagnosed(&case, &maker(&case, &ids).header(), Limits::default());
        let found = sets(&diagnosis);
        assert!(found.iter().any(|set| set.len() == 2 && set.contains(&"space-as-plus")), "{ids:?}: {found:?}");
    }
}
