//! Our copies of secrets are wiped on drop: checked by type, and by searching the process's memory for a random secret
//! after each use. No code is `unsafe`.
#![cfg(feature = "system")]

use exh_oauth1::{Authorization, Credentials, Signer};
use zeroize::ZeroizeOnDrop;

fn is_wiped<T: ZeroizeOnDrop>() {}

#[test]
fn types_that_hold_a_secret_are_wiped_on_drop() {
    is_wiped::<Credentials>();
    is_wiped::<Signer>();
    is_wiped::<Authorization>();
    #[cfg(feature = "rsa")]
    is_wiped::<exh_oauth1::rsa::PrivateKey>();
    #[cfg(feature = "client")]
    {
        is_wiped::<exh_oauth1::client::CredentialsFile>();
        is_wiped::<exh_oauth1::client::SecondFactor>();
    }
    #[cfg(feature = "explain")]
    is_wiped::<exh_oauth1::explain::Secrets>();
    #[cfg(feature = "sandbox")]
    {
        is_wiped::<exh_oauth1::sandbox::Keys>();
        is_wiped::<exh_oauth1::sandbox::Account>();
    }
}

#[test]
fn library_and_program_forbid_unsafe_code() {
    for (file, text) in [
        ("src/lib.rs", include_str!("../../src/lib.rs")),
        ("src/bin/exh-oauth1/main.rs", include_str!("../../src/bin/exh-oauth1/main.rs")),
    ] {
        assert!(text.lines().any(|line| line == "#![forbid(unsafe_code)]"), "{file}");
    }
    // Also for the folder that can be copied, and for all tests and examples.
    let manifest = include_str!("../../Cargo.toml");
    assert!(manifest.lines().any(|line| line == "unsafe_code = \"forbid\""));
}

/// The memory of this process is a file, so reading it needs no `unsafe`.
#[cfg(all(feature = "cli", target_os = "linux"))]
mod memory {
    use std::{
        ffi::OsString,
        fs::{self, File},
        os::unix::fs::FileExt as _,
    };

    use exh_oauth1::{
        Client, Credentials, Request, Signer,
        client::{BaseUrl, Configuration, CredentialsFile, Options, SecondFactor, Settings, Variable},
        explain::{self, CapturedRequest, Secrets},
        sandbox::{self, Keys},
    };
    use rand::{TryRng as _, rngs::SysRng};
    use zeroize::{Zeroize as _, Zeroizing};

    /// A secret that is not in memory in plain form until it is revealed.
    struct Masked(Vec<u8>);

    impl Masked {
        const MASK: u8 = 0x80;

        /// Letters and digits, which no encoding changes.
        fn random() -> Self {
            let mut bytes = [0; 24];
            SysRng.try_fill_bytes(&mut bytes).unwrap();
            Self(bytes.iter().map(|byte| (b'a' + byte % 26) | Self::MASK).collect())
        }

        fn of(mut text: String) -> Self {
            let masked = text.bytes().map(|byte| byte | Self::MASK).collect();
            text.zeroize();
            Self(masked)
        }

        /// The secret with this suffix, in its own memory.
        fn reveal(&self, suffix: &str) -> String {
            let mut text = String::with_capacity(self.0.len() + suffix.len());
            text.extend(self.0.iter().map(|byte| char::from(byte ^ Self::MASK)));
            text.push_str(suffix);
            text
        }

        /// The number of places in memory where it is found.
        fn copies(&self) -> usize {
            let memory = File::open("/proc/self/mem").unwrap();
            let maps = fs::read_to_string("/proc/self/maps").unwrap();
            // Wiped, so that this copy is not found.
            let mut buffer = Zeroizing::new(vec![0; 1 << 16]);
            let mut found = 0;
            for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
                let (range, _) = line.split_once(' ').unwrap();
                let (start, end) = range.split_once('-').unwrap();
                let mut at = u64::from_str_radix(start, 16).unwrap();
                let end = u64::from_str_radix(end, 16).unwrap();
                while at < end {
                    let most = buffer.len().min(usize::try_from(end - at).unwrap());
                    let Ok(length @ 1..) = memory.read_at(&mut buffer[..most], at) else {
                        break;
                    };
                    let piece = &buffer[..length];
                    let first = self.0[0] ^ Self::MASK;
                    let places = piece.iter().enumerate();
                    found += places
                        .filter(|(_, byte)| **byte == first)
                        .filter_map(|(at, _)| piece.get(at..at + self.0.len()))
                        .filter(|bytes| {
                            let mut pairs = bytes.iter().zip(&self.0);
                            pairs.all(|(one, other)| one ^ other == Self::MASK)
                        })
                        .count();
                    buffer.zeroize();
                    buffer.resize(1 << 16, 0);
                    // Pieces overlap, so that a secret at a border is whole in one of them.
                    let step = length.saturating_sub(self.0.len() - 1).max(1);
                    at += if at + length as u64 >= end { length as u64 } else { step as u64 };
                }
            }
            found
        }
    }

    fn sign(signer: &Signer) {
        let request = Request::new("POST", "https://api.example.com/x?y=z").unwrap();
        drop(signer.sign(&request, 1, "nonce"));
        drop(signer.authorize(&request).unwrap());
    }

    fn environment(secret: &Masked, name: &str) -> Option<OsString> {
        Some(OsString::from(match name {
            "API_HOST" => "127.0.0.1:1".to_owned(),
            "API_OAUTH_CONSUMER_KEY" => "key".to_owned(),
            "API_OAUTH_TOKEN" => "token".to_owned(),
            "API_OAUTH_CONSUMER_SECRET" | "API_OAUTH_TOKEN_SECRET" => secret.reveal("&%/"),
            _ => return None,
        }))
    }

    /// Uses of a secret, after which no copy may remain.
    type Use = (&'static str, fn(&Masked));

    const USES: &[Use] = &[
        ("credentials", |secret| {
            let credentials = Credentials::new("key", secret.reveal(""));
            assert!(secret.copies() > 0, "it cannot be seen");
            drop(credentials.clone());
        }),
        ("a signer", |secret| {
            let signer = Signer::new(Credentials::new("key", secret.reveal("")))
                .token(Credentials::new("token", secret.reveal("")));
            sign(&signer);
            sign(&signer.clone());
        }),
        ("a signer, of secrets that are encoded", |secret| {
            sign(
                &Signer::new(Credentials::new("key", secret.reveal(" &ü")))
                    .token(Credentials::new("token", secret.reveal("%+/"))),
            );
        }),
        ("a signer, of a secret longer than a block", |secret| {
            let long = "x".repeat(200);
            let signer = Signer::new(Credentials::new("key", secret.reveal(&long)));
            sign(&signer);
            sign(&signer.clone().hmac_sha256());
            sign(&signer.hmac_sha512());
        }),
        ("a signer that sends the secrets", |secret| {
            sign(
                &Signer::new(Credentials::new("key", secret.reveal(" &ü")))
                    .token(Credentials::new("token", secret.reveal("%+/")))
                    .plaintext(),
            );
        }),
        ("settings and a client", |secret| {
            let settings = Settings::read(Options::default(), |name| environment(secret, name));
            let client = Client::builder(settings.configuration().unwrap()).build().unwrap();
            drop(settings);
            // Nothing listens there.
            client.me().unwrap_err();
        }),
        ("settings with what is wrong with them", |secret| {
            let settings = Settings::read(Options::default(), |name| match name {
                "API_OAUTH_TOKEN_SECRET" => Some(OsString::from(secret.reveal("\n"))),
                _ => environment(secret, name),
            });
            drop(settings.configuration().unwrap_err());
        }),
        ("a client with another token", |secret| {
            let signer = Signer::new(Credentials::new("key", "secret"));
            let base_url = BaseUrl::from_host("127.0.0.1:1", false).unwrap();
            let client = Client::builder(Configuration::new(base_url, signer)).build().unwrap();
            let client = client.with_token(Credentials::new("token", secret.reveal("&")));
            client.me().unwrap_err();
        }),
        ("a credentials file that is changed", |secret| {
            let line = Zeroizing::new(secret.reveal("\nAPI_OAUTH_TOKEN_SECRET=old\n# more\n"));
            let content = Zeroizing::new(["API_OAUTH_CONSUMER_SECRET=", &*line].concat());
            let mut file = CredentialsFile::from_bytes(content.as_bytes()).unwrap();
            let value = Zeroizing::new(secret.reveal("=="));
            file.set(Variable::TokenSecret, &value).unwrap();
            file.set(Variable::Token, "token").unwrap();
        }),
        ("a credentials file that is read", |secret| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("credentials");
            let value = Zeroizing::new(secret.reveal("==\n"));
            let text = Zeroizing::new(["API_OAUTH_TOKEN_SECRET=", &*value].concat());
            fs::write(&path, &*text).unwrap();
            let options = Options { credentials_file: Some(path), ..Options::default() };
            drop(Settings::read(options, |_| None).configuration());
        }),
        ("a second factor", |secret| {
            let value = Zeroizing::new(secret.reveal(""));
            let json = Zeroizing::new(["{\"token\":\"", &*value, "\",\"methods\":[]}"].concat());
            drop(serde_json::from_str::<SecondFactor>(&json).unwrap());
        }),
        ("explaining", |secret| {
            let client = Zeroizing::new(secret.reveal(" &"));
            let token = Zeroizing::new(secret.reveal("%/"));
            let secrets = Secrets::new(&client).token(&token);
            let header = "OAuth oauth_consumer_key=\"key\", oauth_token=\"token\", oauth_signature_method=\"HMAC-SHA1\", \
                          oauth_timestamp=\"1\", oauth_nonce=\"n\", oauth_signature=\"AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D\"";
            let request = CapturedRequest::new("GET", "https://api.example.com/x?y=z").authorization(header);
            drop(explain::steps(&request, &secrets).unwrap());
            drop(explain::diagnose(&request, &secrets, &explain::Options::default()));
        }),
    ];

    #[test]
    fn no_secret_remains_after_its_use() {
        let mut wrong = Vec::new();
        for (name, use_it) in USES {
            let secret = Masked::random();
            use_it(&secret);
            match secret.copies() {
                0 => {}
                copies => wrong.push(format!("{name}: {copies}")),
            }
        }
        assert!(wrong.is_empty(), "copies are left of {wrong:#?}");
    }

    #[test]
    fn no_secret_of_a_sandbox_remains_after_it() {
        let mut keys = Keys::random().unwrap();
        let secrets = [Masked::of(keys.consumer_secret.clone()), Masked::of(keys.token_secret.clone())];
        assert!(secrets.iter().all(|secret| secret.copies() > 0));
        keys.token = "token".to_owned();
        drop(keys);
        let left = secrets.each_ref().map(Masked::copies);
        assert_eq!(left, [0, 0]);
        // A sandbox can be started, with its own keys.
        drop(sandbox::Sandbox::start(sandbox::Options::default()).unwrap());
    }
}
