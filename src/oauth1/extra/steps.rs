//! The steps of signing for protocol parameters from any source, for comparing and teaching.

use alloc::string::String;

use super::super::{
    percent,
    request::{self, Request},
    signer::Signer,
};

impl Signer {
    /// The signature of a base string, such as one that another library printed.
    pub fn signature(&self, base_string: &str) -> String {
        self.key.sign(base_string).into_owned()
    }
}

impl Request {
    /// The method, in upper case.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Whether the URI's scheme is `https`.
    pub fn is_secure(&self) -> bool {
        self.base_string_uri.starts_with("https:")
    }

    /// Whether the request has a form body.
    pub fn is_form(&self) -> bool {
        self.is_form
    }

    /// The normalized parameters ([§3.4.1.3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2)) of this
    /// request and the given protocol parameters, which are not encoded and do not include `realm` and
    /// `oauth_signature`.
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::Request;
    ///
    /// // RFC 5849 §3.4.1.3, erratum 2550, with one of its protocol parameters.
    /// let uri = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
    /// let request = Request::new("POST", uri)?.form("c2&a3=2+q")?;
    /// assert_eq!(
    ///     request.normalized_parameters([("oauth_nonce", "7d8f3e4a")]),
    ///     "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_nonce=7d8f3e4a"
    /// );
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn normalized_parameters<N, V>(&self, protocol: impl IntoIterator<Item = (N, V)>) -> String
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let base_string = self.base_string(protocol);
        // The third part, after method and base string URI.
        let encoded = base_string.splitn(3, '&').last().unwrap_or_default();
        encoded.replace("%3D", "=").replace("%26", "&").replace("%25", "%")
    }

    /// The signature base string ([§3.4.1.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.1)) of this request
    /// and the given protocol parameters, which are not encoded and do not include `realm` and `oauth_signature`.
    ///
    /// See [`Signer::base_string`](super::super::Signer::base_string) for what a signer signs.
    pub fn base_string<N, V>(&self, protocol: impl IntoIterator<Item = (N, V)>) -> String
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let twice = |bytes: &[u8]| percent::encode_again(percent::encode(bytes)).into_owned();
        let protocol = protocol.into_iter();
        let pairs = protocol.map(|(name, value)| (twice(name.as_ref()), twice(value.as_ref())));
        self.merge(&[&request::normalize(pairs.collect())])
    }
}
