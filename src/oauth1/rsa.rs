//! RSA signatures ([RFC 5849 §3.4.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.3)): `RSA-SHA1`, `RSA-SHA256` and
//! `RSA-SHA512`, that is RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
//!
//! The client signs with its private key, the server verifies with the public one: a [`Signer`] has the first, a
//! [`Verifier`] the second, which cannot sign. No shared secret takes part, neither the client's nor the token's.
//!
//! # Security
//!
//! **Timing.** The advisory RUSTSEC-2023-0071 ("Marvin") is about the crate `rsa` before 0.10, whose arithmetic took a time
//! that depended on the private key. Since 0.10, used here, exponentiation takes constant time, and with a generator of
//! random numbers, which signing here always asks for, message, exponent and primes are blinded anew for each
//! signature. What remains: reading a key (its check, and the values computed from it) is done once and not blinded; no
//! audit covers the new arithmetic; and no compiler or processor promises constant time. Where somebody else can have
//! requests signed at will and measure how long it takes, a key service or hardware token is the better
//! place for the key: see [`ProtocolParameters`]. Verifying handles public data only, so its timing gives nothing away.
//!
//! **Faults.** Each signature is checked with the public key before it is handed out, since one that was computed wrongly
//! would give the private key away.
//!
//! **SHA-1.** Unlike in an HMAC, SHA-1's lost resistance to collisions matters in `RSA-SHA1`: who may choose parts of a
//! request that is then signed could prepare two with one signature. Prefer `RSA-SHA256` where the server knows it.

mod key;

use alloc::vec::Vec;
use core::{error, fmt};

use hmac::digest::Digest;
use rand_core::TryCryptoRng;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{
    authorization::Authorization,
    error::VerifyError,
    nonce::Decimal,
    protocol::{Fresh, ProtocolParameters},
    request::{BaseString, Request, Sink},
    signature::{self, Signature, SignatureMethod},
    verify::Received,
};

pub use key::{KeyError, PrivateKey, PublicKey};

/// The hash of a signature method with RSA.
#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    fn of(parameters: &ProtocolParameters) -> Result<Self, KeyError> {
        match parameters.signature_method() {
            SignatureMethod::RsaSha1 => Ok(Self::Sha1),
            SignatureMethod::RsaSha256 => Ok(Self::Sha256),
            SignatureMethod::RsaSha512 => Ok(Self::Sha512),
            _ => Err(KeyError::SignatureMethod),
        }
    }

    fn sign<R: TryCryptoRng + ?Sized>(
        self,
        key: &PrivateKey,
        generator: &mut R,
        base_string: &impl BaseString,
    ) -> Result<Vec<u8>, ::rsa::Error> {
        match self {
            Self::Sha1 => key
                .0
                .pkcs1v15_sign_prehash_with_rng::<Sha1, _>(generator, &hash::<Sha1>(base_string)),
            Self::Sha256 => key.0.pkcs1v15_sign_prehash_with_rng::<Sha256, _>(
                generator,
                &hash::<Sha256>(base_string),
            ),
            Self::Sha512 => key.0.pkcs1v15_sign_prehash_with_rng::<Sha512, _>(
                generator,
                &hash::<Sha512>(base_string),
            ),
        }
    }

    fn verify(self, key: &PublicKey, base_string: &impl BaseString, signature: &[u8]) -> bool {
        match self {
            Self::Sha1 => key
                .0
                .pkcs1v15_verify_prehash::<Sha1>(&hash::<Sha1>(base_string), signature),
            Self::Sha256 => key
                .0
                .pkcs1v15_verify_prehash::<Sha256>(&hash::<Sha256>(base_string), signature),
            Self::Sha512 => key
                .0
                .pkcs1v15_verify_prehash::<Sha512>(&hash::<Sha512>(base_string), signature),
        }
        .is_ok()
    }
}

/// Writes a base string straight into a hash.
struct HashSink<D>(D);

impl<D: Digest> Sink for HashSink<D> {
    fn put(&mut self, text: &str) {
        self.0.update(text.as_bytes());
    }
}

fn hash<D: Digest>(base_string: &impl BaseString) -> hmac::digest::Output<D> {
    let mut sink = HashSink(D::new());
    base_string.write(&mut sink);
    sink.0.finalize()
}

/// Signs requests with a private key.
///
/// It is `Send` and `Sync`; `Debug` shows nothing of the key.
///
/// # Examples
///
/// ```
/// use exh_oauth1::{ProtocolParameters, Request, SignatureMethod, rsa};
/// # #[cfg(feature = "system")] {
/// # use rand::rngs::SysRng;
///
/// // wiki.oauth.net, TestCases §9.3: a key of 1024 bits, which has to be asked for.
/// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/keys/oauth-wiki.pem"));
/// let key = rsa::PrivateKey::from_pem_with_minimum(pem, 1024)?;
/// let parameters = ProtocolParameters::new("dpf43f3p2l4k3l03", SignatureMethod::RsaSha1);
/// let signer = rsa::Signer::new(parameters, key)?;
/// let request = Request::new("GET", "http://photos.example.net/photos?file=vacaction.jpg&size=original")?;
/// let authorization = signer.sign(&request, 1196666512, "13917289812797014437", &mut SysRng)?;
/// assert!(authorization.signature().starts_with("jvTp/wX1TYtByB1m+Pbyo0lnCOLI"));
/// assert_eq!(signer.verifier().verify(&request, &authorization), Ok(()));
/// # }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    parameters: ProtocolParameters,
    hash: Hash,
    key: PrivateKey,
}

impl Signer {
    /// A signer of a client that names one of the three methods with RSA in its parameters.
    ///
    /// # Errors
    ///
    /// [`KeyError::SignatureMethod`] where they name another.
    pub fn new(parameters: ProtocolParameters, key: PrivateKey) -> Result<Self, KeyError> {
        Ok(Self {
            hash: Hash::of(&parameters)?,
            parameters,
            key,
        })
    }

    /// The parameters sent with each request.
    pub fn parameters(&self) -> &ProtocolParameters {
        &self.parameters
    }

    /// Signs a request with a timestamp, in seconds since 1970, and a nonce. The generator blinds the computation; the same
    /// request always has the same signature.
    ///
    /// # Errors
    ///
    /// [`SignError::Randomness`] and [`SignError::Fault`].
    pub fn sign<R: TryCryptoRng + ?Sized>(
        &self,
        request: &Request,
        timestamp: u64,
        nonce: &str,
        generator: &mut R,
    ) -> Result<Authorization, SignError> {
        let timestamp = Decimal::new(timestamp);
        let fresh = Fresh::new(&timestamp, nonce);
        let claim = self.parameters.claim(request, &fresh);
        let octets = self
            .hash
            .sign(&self.key, generator, &claim)
            .map_err(|error| match error {
                ::rsa::Error::Rng => SignError::Randomness,
                _ => SignError::Fault,
            })?;
        Ok(self.parameters.finish(&fresh, Signature::Octets(&octets)))
    }

    /// Signs a request with the system's clock, and nonce and blinding from the operating system's randomness.
    ///
    /// # Errors
    ///
    /// [`SignError::Clock`], [`SignError::Randomness`] and [`SignError::Fault`].
    #[cfg(feature = "system")]
    pub fn authorize(&self, request: &Request) -> Result<Authorization, SignError> {
        use super::nonce::{Nonce, timestamp};
        let mut generator = rand::rngs::SysRng;
        let nonce = Nonce::try_generate(&mut generator).map_err(|_| SignError::Randomness)?;
        let timestamp = timestamp().map_err(|_| SignError::Clock)?;
        self.sign(request, timestamp, nonce.as_str(), &mut generator)
    }

    /// What verifies this signer's requests.
    pub fn verifier(&self) -> Verifier {
        Verifier {
            parameters: self.parameters.clone(),
            hash: self.hash,
            key: self.key.public_key(),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signer")
            .field("parameters", &self.parameters)
            .field("key", &self.key)
            .finish()
    }
}

/// Verifies requests with a public key.
#[derive(Clone)]
pub struct Verifier {
    parameters: ProtocolParameters,
    hash: Hash,
    key: PublicKey,
}

impl Verifier {
    /// A verifier for one client, token and signature method, which are those of the parameters.
    ///
    /// # Errors
    ///
    /// [`KeyError::SignatureMethod`] where the parameters name a method without RSA.
    pub fn new(parameters: ProtocolParameters, key: PublicKey) -> Result<Self, KeyError> {
        Ok(Self {
            hash: Hash::of(&parameters)?,
            parameters,
            key,
        })
    }

    /// Verifies that a header was made with the private key, for this request; see
    /// [`Signer::verify`](super::Signer::verify), which does the same for shared secrets.
    ///
    /// # Errors
    ///
    /// As [`Signer::verify`](super::Signer::verify).
    pub fn verify(
        &self,
        request: &Request,
        authorization: &Authorization,
    ) -> Result<(), VerifyError> {
        self.parameters.check_claims(request, authorization)?;
        let received = Received {
            request,
            authorization,
        };
        signature::from_text(&authorization.signature())
            .filter(|octets| self.hash.verify(&self.key, &received, octets))
            .map(|_| ())
            .ok_or(VerifyError::Signature)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Verifier")
            .field("parameters", &self.parameters)
            .field("key", &self.key)
            .finish()
    }
}

/// Why a request could not be signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SignError {
    /// The generator gave no random numbers.
    Randomness,
    /// The computation went wrong, as hardware does now and then; its result was not handed out.
    Fault,
    /// The system's clock is set before 1970.
    #[cfg(feature = "system")]
    Clock,
}

impl fmt::Display for SignError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Randomness => "the generator gives no random numbers",
            Self::Fault => "the signature was computed wrongly and withheld; try again",
            #[cfg(feature = "system")]
            Self::Clock => "the system's clock is set before 1970",
        })
    }
}

impl error::Error for SignError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String};
    use rand_core::{Infallible, TryRng};
    use serde_json::Value;

    impl BaseString for &str {
        fn write(&self, sink: &mut impl Sink) {
            sink.put(self);
        }
    }

    /// Numbers enough for blinding, and no more random than a test wants.
    struct Counter(u64);

    impl TryRng for Counter {
        type Error = Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            self.try_next_u64().map(|number| number as u32)
        }
        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            Ok((self.0 ^ (self.0 >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb))
        }
        fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Infallible> {
            for octet in octets {
                *octet = self.try_next_u64()? as u8;
            }
            Ok(())
        }
    }

    impl TryCryptoRng for Counter {}

    /// Every row with RSA, those included of which only the base string is known.
    #[test]
    fn vectors() {
        extern crate std;
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors");
        let mut rows = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let file: Value =
                serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            for row in file["tests"].as_array().unwrap() {
                let method = row["signature_method"].as_str().unwrap_or_default();
                let Some(method) = SignatureMethod::from_name(method) else {
                    continue;
                };
                let Ok(hash) = Hash::of(&ProtocolParameters::new("", method)) else {
                    continue;
                };
                let id = row["id"].as_str().unwrap();
                let name = format!("{folder}/keys/{}", row["rsa_private_key"].as_str().unwrap());
                let pem: String = std::fs::read_to_string(name).unwrap();
                let key = PrivateKey::from_pem_with_minimum(&pem, 1024).unwrap();
                let base_string = row["base_string"].as_str().unwrap();
                let signature = row["signature"].as_str().unwrap();
                let octets = hash.sign(&key, &mut Counter(rows), &base_string).unwrap();
                assert_eq!(signature::to_text(&octets), signature, "{id}");
                let public = key.public_key();
                assert!(hash.verify(&public, &base_string, &octets), "{id}");
                if let Some(refused) = row["refused"]["signature"].as_str() {
                    let octets = signature::from_text(refused).unwrap_or_default();
                    assert!(!hash.verify(&public, &base_string, &octets), "{id}");
                }
                rows += 1;
            }
        }
        assert!(rows >= 80, "only {rows} rows");
    }
}
