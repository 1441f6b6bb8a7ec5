//! RSA keys in PEM text (RFC 7468).

use core::{error, fmt};

use ::rsa::{
    pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _},
    pkcs8::{
        DecodePrivateKey as _, DecodePublicKey as _, Document, SecretDocument,
        der::{self, Decode as _, Reader as _, SliceReader, Tag, asn1::AnyRef},
    },
    traits::PublicKeyParts as _,
};
use zeroize::ZeroizeOnDrop;

/// Minimum key size accepted by default (NIST SP 800-57 part 1, §5.6).
const MINIMUM_BITS: u32 = 2048;
/// Minimum key size accepted at all, which is enough for the longest hash.
const LOWEST_BITS: u32 = 1024;
/// Maximum key size: the time of a signature grows with the cube of the size.
const HIGHEST_BITS: u32 = 8192;

/// A private key. `Debug` shows its length only, and it is wiped on drop.
#[derive(Clone)]
pub struct PrivateKey(pub(super) ::rsa::PrivateKey);

impl PrivateKey {
    /// Reads a key of 2048 to 8192 bits from PEM text: PKCS#1 (`RSA PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], [`Encrypted`](KeyError::Encrypted), [`Label`](KeyError::Label),
    /// [`Malformed`](KeyError::Malformed) or [`Length`](KeyError::Length).
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        Self::from_pem_with_minimum(pem, MINIMUM_BITS)
    }

    /// Reads a key as [`from_pem`](Self::from_pem) does, with another minimum length, of 1024 bits or more.
    ///
    /// For old servers and test vectors only: a well-funded attacker can break 1024-bit keys.
    ///
    /// # Errors
    ///
    /// As [`from_pem`](Self::from_pem).
    pub fn from_pem_with_minimum(pem: &str, bits: u32) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|_| unreadable(pem))?;
        let key = match label {
            "RSA PRIVATE KEY" => ::rsa::PrivateKey::from_pkcs1_der(document.as_bytes()).ok(),
            "PRIVATE KEY" => ::rsa::PrivateKey::from_pkcs8_der(document.as_bytes()).ok(),
            "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
            _ => return Err(KeyError::Label),
        };
        let key = Self(key.ok_or(KeyError::Malformed)?);
        check_length(key.bits(), bits)?;
        Ok(key)
    }

    /// The length of the modulus in bits.
    pub fn bits(&self) -> u32 {
        self.0.n().bit_width_vartime()
    }

    /// The public key, to give to the server.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.to_public_key())
    }
}

impl ZeroizeOnDrop for PrivateKey {}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PrivateKey").field("bits", &self.bits()).finish_non_exhaustive()
    }
}

/// A public key, which can verify and not sign.
#[derive(Clone, Eq, PartialEq)]
pub struct PublicKey(pub(crate) ::rsa::PublicKey);

impl PublicKey {
    /// Reads a key of 2048 to 8192 bits from PEM text: PKCS#1 (`RSA PUBLIC KEY`), X.509 SubjectPublicKeyInfo (`PUBLIC
    /// KEY`) or the key within a certificate (`CERTIFICATE`).
    ///
    /// Only the key of a certificate is read. Its validity, name and signature are not checked.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], [`Label`](KeyError::Label), [`Malformed`](KeyError::Malformed) or
    /// [`Length`](KeyError::Length).
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        Self::from_pem_with_minimum(pem, MINIMUM_BITS)
    }

    /// Reads a key as [`from_pem`](Self::from_pem) does, with another minimum length, of 1024 bits or more: for old
    /// clients and test vectors.
    ///
    /// # Errors
    ///
    /// As [`from_pem`](Self::from_pem).
    pub fn from_pem_with_minimum(pem: &str, bits: u32) -> Result<Self, KeyError> {
        let (label, document) = Document::from_pem(pem).map_err(|_| unreadable(pem))?;
        let der = document.as_bytes();
        let key = match label {
            "RSA PUBLIC KEY" => ::rsa::PublicKey::from_pkcs1_der(der).ok(),
            "PUBLIC KEY" => ::rsa::PublicKey::from_public_key_der(der).ok(),
            "CERTIFICATE" => {
                key_of_certificate(der).ok().and_then(|der| ::rsa::PublicKey::from_public_key_der(der).ok())
            }
            _ => return Err(KeyError::Label),
        };
        let key = Self(key.ok_or(KeyError::Malformed)?);
        check_length(key.bits(), bits)?;
        Ok(key)
    }

    /// The length of the modulus in bits.
    pub fn bits(&self) -> u32 {
        self.0.n().bit_width_vartime()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PublicKey").field("bits", &self.bits()).finish_non_exhaustive()
    }
}

fn check_length(bits: u32, minimum: u32) -> Result<(), KeyError> {
    if bits < minimum.max(LOWEST_BITS) || bits > HIGHEST_BITS {
        return Err(KeyError::Length { bits });
    }
    Ok(())
}

fn unreadable(pem: &str) -> KeyError {
    // The older encrypted form has a header line, which RFC 7468 does not have.
    if pem.contains("Proc-Type: 4,ENCRYPTED") { KeyError::Encrypted } else { KeyError::Pem }
}

/// Finds the SubjectPublicKeyInfo of a certificate (RFC 5280 §4.1).
fn key_of_certificate(der: &[u8]) -> der::Result<&[u8]> {
    AnyRef::from_der(der)?.sequence(|certificate: &mut SliceReader<'_>| {
        let key = AnyRef::decode(certificate)?.sequence(|fields: &mut SliceReader<'_>| {
            // The version, which is there unless it is the first.
            if matches!(Tag::peek(fields)?, Tag::ContextSpecific { .. }) {
                AnyRef::decode(fields)?;
            }
            // Serial number, signature algorithm, issuer, validity and subject.
            for _ in 0..5 {
                AnyRef::decode(fields)?;
            }
            let key = fields.tlv_bytes()?;
            fields.drain(fields.remaining_len())?;
            Ok::<_, der::Error>(key)
        })?;
        certificate.drain(certificate.remaining_len())?;
        Ok(key)
    })
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyError {
    /// The text is not PEM (RFC 7468).
    Pem,
    /// The private key is encrypted; `openssl pkey -in FILE` decrypts it.
    Encrypted,
    /// The PEM text holds something other than a key of this kind.
    Label,
    /// The key cannot be decoded, is not RSA, is inconsistent, or is far too long or too short.
    Malformed,
    /// The key is too short to be safe, or so long that it is slow.
    Length {
        /// The length of its modulus.
        bits: u32,
    },
    /// The parameters name a signature method that is not RSA's.
    SignatureMethod,
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pem => "the key is not in PEM form (-----BEGIN ...)",
            Self::Encrypted => "the private key is encrypted; decrypt it first (openssl pkey)",
            Self::Label => "the PEM text is not an RSA key of the required kind (private or public)",
            Self::Malformed => "the key is not a valid RSA key",
            Self::Length { bits } => {
                return write!(formatter, "the key has {bits} bits, which is too short or too long");
            }
            Self::SignatureMethod => "the signature method is not an RSA method",
        })
    }
}

impl error::Error for KeyError {}
