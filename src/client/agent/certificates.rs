//! The trusted CA certificates: Mozilla's, which are built in, and those of a file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::client::settings::{ca_file_error::CaFileError, credentials_file::read_bounded};

/// Maximum size of a file, in bytes. The bundles of operating systems have about 200 KiB.
const LIMIT: u64 = 4 << 20;

/// The trusted CA certificates.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CaCertificates {
    /// The number of built-in CA certificates: Mozilla's.
    pub built_in: usize,
    /// The number that the file added.
    pub added: usize,
    /// The file, from [`ClientBuilder::ca_file`](crate::client::ClientBuilder::ca_file) or `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
}

/// TLS settings that trust the built-in CA certificates and those of a file.
pub(crate) fn client_config(ca_file: Option<&Path>) -> Result<(Arc<ClientConfig>, CaCertificates), CaFileError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let built_in = roots.len();
    if let Some(path) = ca_file {
        let pem = read_bounded(path, LIMIT).map_err(CaFileError::File)?;
        let mut rejected = CaFileError::Empty;
        for (index, certificate) in CertificateDer::pem_slice_iter(&pem).enumerate() {
            let unreadable = CaFileError::Certificate(index + 1);
            // A bundle may have an old certificate that rustls rejects. The others are still used.
            if roots.add(certificate.map_err(|_| unreadable)?).is_err() {
                rejected = unreadable;
            }
        }
        if roots.len() == built_in {
            return Err(rejected);
        }
    }
    let counted = CaCertificates { built_in, added: roots.len() - built_in, file: ca_file.map(Path::to_owned) };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        // ring has the cipher suites of all versions.
        .map_err(|_| CaFileError::Empty)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((Arc::new(config), counted))
}
