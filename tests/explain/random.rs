//! Random requests: right ones are called right, and those with a wrong secret are explained by nothing.

use exh_oauth1::explain::{Limits, Verdict};

use crate::requests::{diagnosed, maker, random, rich, short};

#[test]
fn wrong_secrets_stay_unexplained() {
    let mut state = 7;
    let whole = std::env::var("EXH_CASES").map_or(1, |cases| cases.parse().unwrap());
    // Without optimization ten thousand would take minutes.
    let (rounds, pairs) = if cfg!(debug_assertions) { (100, 4) } else { (10_000, 27) };
    for round in 0..rounds {
        let mut case = short();
        case.client_secret = format!("{:x}{:x}", random(&mut state), random(&mut state));
        // All three levels for some, and the first for all: the higher ones differ in nothing but number.
        let mistakes = match round {
            _ if round < whole => 3,
            _ if round < whole + pairs => 2,
            _ => 1,
        };
        if mistakes == 1 {
            // The thousand milliseconds would be nine tenths of the work.
            case.unset("oauth_timestamp");
        }
        let header = maker(&case, &[]).header();
        case.client_secret = format!("{:x}{:x}", random(&mut state), random(&mut state));
        let diagnosis = diagnosed(&case, &header, Limits { mistakes, ..Limits::default() });
        assert_eq!(diagnosis.verdict, Verdict::Unexplained, "{round}");
        assert!(diagnosis.check_next[0].contains("base string"), "{round}");
        let last = diagnosis.check_next.last().unwrap();
        assert!(last.contains("secret"), "{round}");
        assert_eq!(diagnosis.ruled_out.len(), mistakes, "{round}");
    }
}

#[test]
fn random_right_headers_are_right() {
    let mut state = 11;
    let rounds = if cfg!(debug_assertions) { 200 } else { 10_000 };
    for round in 0..rounds {
        let mut case = rich();
        let letters = b"aB1%20%2B+&=~!*'()[]-._;:@,/?%C3%BC%E4";
        case.query = (0..random(&mut state) % 40)
            .map(|_| char::from(letters[random(&mut state) as usize % letters.len()]))
            .collect();
        case.client_secret = format!("{:x} &%", random(&mut state));
        case.set("oauth_nonce", &format!("{:x}", random(&mut state)));
        let diagnosis = diagnosed(&case, &maker(&case, &[]).header(), Limits::default());
        assert_eq!(diagnosis.verdict, Verdict::Right, "{round} {}", case.query);
    }
}
