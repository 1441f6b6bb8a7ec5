//! The certificate authorities that are trusted: Mozilla's, which are built in, and a file's.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, KeyProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::SigningKey,
};

use crate::client::settings::{ca_file_error::CaFileError, credentials_file::read_bounded};

/// The system bundles have some 200 KiB; reading one takes a few times its size.
const LIMIT: u64 = 4 << 20;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The trusted CA certificates.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Roots {
    /// The number of built-in CA certificates: Mozilla's.
    pub built_in: usize,
    /// The number that the file added.
    pub added: usize,
    /// The file, from [`ClientBuilder::ca_file`](crate::client::ClientBuilder::ca_file) or `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
}

/// What TLS is spoken with: the built-in authorities and the file's together.
pub(crate) fn client_config(
    ca_file: Option<&Path>,
) -> Result<(Arc<ClientConfig>, Roots), CaFileError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(path) = ca_file {
        add(
            &mut roots,
            &read_bounded(path, LIMIT).map_err(CaFileError::File)?,
        )?;
    }
    let built_in = webpki_roots::TLS_SERVER_ROOTS.len();
    let counted = Roots {
        built_in,
        added: roots.len() - built_in,
        file: ca_file.map(Path::to_owned),
    };
    let provider = Arc::new(CryptoProvider {
        key_provider: &NoKeys,
        ..ring::default_provider()
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        // ring has the cipher suites of all versions.
        .map_err(|_| CaFileError::Empty)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((Arc::new(config), counted))
}

/// We have no certificate of our own, so that the code that signs with a private key need not be in the program.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(
        &self,
        _: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General(
            "there are no private keys".to_owned(),
        ))
    }
}

fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), CaFileError> {
    let before = roots.len();
    let mut open: Option<(usize, String)> = None;
    let mut refused = None;
    // Bundles have comments of any kind between certificates, so only these lines need be text.
    for (index, line) in pem.split(|octet| *octet == b'\n').enumerate() {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        match &mut open {
            None if line == BEGIN => open = Some((index + 1, String::new())),
            None => {}
            Some((begin, encoded)) if line == END => {
                let begin = *begin;
                let der = STANDARD
                    .decode(encoded)
                    .map_err(|_| CaFileError::Certificate(begin))?;
                // A large bundle may hold an odd old one, which is no reason to do without the others.
                if roots.add(CertificateDer::from(der)).is_err() {
                    refused.get_or_insert(begin);
                }
                open = None;
            }
            Some((_, encoded)) => encoded.push_str(line),
        }
    }
    match open {
        Some((begin, _)) => Err(CaFileError::Certificate(begin)),
        None if roots.len() == before => {
            Err(refused.map_or(CaFileError::Empty, CaFileError::Certificate))
        }
        None => Ok(()),
    }
}
