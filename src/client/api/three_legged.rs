//! Token credentials with the user's consent: the three requests of
//! [RFC 5849 §2](https://www.rfc-editor.org/rfc/rfc5849#section-2), sent by the client.
//!
//! [`flow`](crate::flow) has the same without input and output. Extra Horizon's API gives tokens for a password
//! ([`Client::login`]); this is for services that send the user to a page of their own.

use zeroize::Zeroizing;

use crate::client::{
    Client,
    outcome::{
        error::{Error, RequestError, Unexpected},
        response::Response,
    },
};
use crate::oauth1::{
    Credentials, Request, Signer,
    flow::{Answer, Authorized, FlowError, Temporary, TemporaryRequest},
};

/// Temporary credentials that wait for the user's consent (§2.2); see [`Client::temporary_credentials`].
#[derive(Clone, Debug)]
pub struct Consent {
    client: Client,
    temporary: Temporary,
}

impl Client {
    /// Asks for temporary credentials (§2.1), by a POST to a path of the host; the user is sent back to the callback, an
    /// absolute URI or [`OUT_OF_BAND`](crate::flow::OUT_OF_BAND).
    ///
    /// # Errors
    ///
    /// [`RequestError::Flow`] where the client has a token already or the callback is neither, [`Unexpected::Flow`] for an
    /// answer that is not as §2.1 says, and as [`RequestBuilder::send`](crate::client::RequestBuilder::send).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use exh_oauth1::{Client, Credentials, Signer, client::{BaseUrl, Configuration}, flow::OUT_OF_BAND};
    ///
    /// let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"));
    /// let host = BaseUrl::from_url("https://photos.example.net", false)?;
    /// let client = Client::builder(Configuration::new(host, signer)).build()?;
    ///
    /// let consent = client.temporary_credentials("/initiate", OUT_OF_BAND)?;
    /// println!("open {} and type in what it shows:", consent.authorization_uri("/authorize")?);
    /// let mut verifier = String::new();
    /// std::io::stdin().read_line(&mut verifier)?;
    /// let answer = consent.verifier(verifier.trim_end(), "/token")?;
    /// let client = client.with_token(answer.into_credentials());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn temporary_credentials(&self, path: &str, callback: &str) -> Result<Consent, Error> {
        let signer = self.configuration().signer().clone();
        let uri = self.request("POST", path)?.url().to_owned();
        let request = Request::new("POST", &uri)?;
        let initiate = TemporaryRequest::new(signer, request, callback)?;
        let temporary = self.ask(path, initiate.signer(), |body| initiate.answer(body))?;
        Ok(Consent {
            client: self.clone(),
            temporary,
        })
    }

    /// Goes on with temporary credentials that were kept somewhere else, as a web application does between two requests of
    /// the user's browser. Keep them bound to the user's session.
    ///
    /// # Errors
    ///
    /// [`RequestError::Flow`] where the client has a token already.
    pub fn consent(&self, temporary: Credentials) -> Result<Consent, Error> {
        let signer = self.configuration().signer().clone();
        Ok(Consent {
            client: self.clone(),
            temporary: Temporary::new(signer, temporary)?,
        })
    }

    /// Sends a POST that another signer signs, and reads the answer, which holds a secret.
    fn ask<T>(
        &self,
        path: &str,
        signer: &Signer,
        read: impl FnOnce(&str) -> Result<T, FlowError>,
    ) -> Result<T, Error> {
        let mut response = self
            .with_signer(signer.clone())
            .request("POST", path)?
            .send()?;
        let body = Zeroizing::new(response.take_body());
        let answer = core::str::from_utf8(&body).map_err(|_| FlowError::Form);
        answer
            .and_then(read)
            .map_err(|error| unexpected(error, response))
    }
}

impl Consent {
    /// The temporary credentials, to keep for [`Client::consent`].
    pub fn credentials(&self) -> &Credentials {
        self.temporary.credentials()
    }

    /// Where to send the user (§2.2): a path of the client's host, or an absolute URI, with `oauth_token` added to its query.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for what is neither, or has an `oauth_token` already.
    pub fn authorization_uri(&self, endpoint: &str) -> Result<String, Error> {
        if endpoint.starts_with("https://") || endpoint.starts_with("http://") {
            return Ok(self.temporary.authorization_uri(endpoint)?);
        }
        let request = self.client.request("GET", endpoint)?;
        Ok(self.temporary.authorization_uri(request.url())?)
    }

    /// Takes the URI, or its path and query, with which the user came back, and asks for token credentials (§2.3), by a POST
    /// to a path of the host.
    ///
    /// # Errors
    ///
    /// [`RequestError::Flow`] where the user did not consent or came back with other temporary credentials,
    /// [`Unexpected::Flow`] for an answer that is not as §2.3 says, and as
    /// [`RequestBuilder::send`](crate::client::RequestBuilder::send).
    pub fn callback(&self, uri: &str, path: &str) -> Result<Answer, Error> {
        self.token(self.temporary.callback(uri)?, path)
    }

    /// Takes the verifier as the user typed it, and asks for token credentials as [`callback`](Self::callback) does.
    ///
    /// # Errors
    ///
    /// As [`callback`](Self::callback).
    pub fn verifier(&self, verifier: &str, path: &str) -> Result<Answer, Error> {
        self.token(self.temporary.verifier(verifier)?, path)
    }

    fn token(&self, authorized: Authorized, path: &str) -> Result<Answer, Error> {
        let uri = self.client.request("POST", path)?.url().to_owned();
        let token = authorized.token_request(Request::new("POST", &uri)?);
        self.client
            .ask(path, token.signer(), |body| token.answer(body))
    }
}

impl From<FlowError> for Error {
    fn from(error: FlowError) -> Self {
        Self::Request(RequestError::Flow(error))
    }
}

fn unexpected(error: FlowError, response: Response) -> Error {
    Error::Unexpected {
        what: Unexpected::Flow(error),
        response: Box::new(response),
    }
}
