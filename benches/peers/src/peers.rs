//! Each peer, called as its documentation says.

use std::{borrow::Cow, collections::BTreeMap, collections::HashMap, num::NonZeroU64};

use exh_oauth1::oauth1::percent;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_types::Method as HttpMethod;
use oauth1_request as oauth;
use sha1::Sha1;

/// The request in the forms that peers want: the URI as it is sent, or without its query and with decoded parameters.
#[derive(Clone, Debug)]
pub struct Job {
    pub method: String,
    pub uri: String,
    pub form: Option<String>,
    /// The parameters of query and form.
    pub parameters: Vec<(String, String)>,
    /// Parameters such as `oauth_callback`.
    pub extra: Vec<(String, String)>,
    pub client: [String; 2],
    pub token: Option<[String; 2]>,
    pub timestamp: u64,
    pub nonce: Option<String>,
    pub version: bool,
}

impl Job {
    fn place(&self) -> &str {
        self.uri.split(['?', '#']).next().unwrap_or_default()
    }

    fn extra(&self, name: &str) -> Option<&str> {
        let found = self.extra.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether all extra parameters are those that most peers have a setter for.
    fn is_usual(&self) -> bool {
        let usual = ["oauth_callback", "oauth_verifier"];
        self.extra.iter().all(|(name, _)| usual.contains(&&name[..]))
    }

    /// Parameters for peers that keep them in a map.
    fn as_map(&self) -> Option<BTreeMap<String, String>> {
        let map: BTreeMap<_, _> = self.parameters.iter().cloned().collect();
        let is_faithful = map.len() == self.parameters.len() && !map.keys().any(|name| name.starts_with("oauth_"));
        is_faithful.then_some(map)
    }
}

/// A header's value; `None` if the peer cannot express the request.
pub type Sign = fn(&Job) -> Option<String>;

pub const PEERS: [(&str, Sign); 5] = [
    ("oauth1-request 0.6", oauth1_request),
    ("oauth1 1.0", oauth1),
    ("oauth-1a 0.1", oauth_1a),
    ("oauth10a 3.0", oauth10a),
    ("reqwest-oauth1 0.3", reqwest_oauth1),
];

fn oauth1_request(job: &Job) -> Option<String> {
    if !job.is_usual() {
        return None;
    }
    let credentials = |[identifier, secret]: &[String; 2]| oauth::Credentials::new(identifier.clone(), secret.clone());
    let mut builder = oauth::Builder::new(credentials(&job.client), oauth::HmacSha1::new());
    builder
        .token(job.token.as_ref().map(credentials))
        .nonce(job.nonce.as_deref())
        .timestamp(NonZeroU64::new(job.timestamp))
        .callback(job.extra("oauth_callback"))
        .verifier(job.extra("oauth_verifier"))
        .version(job.version);
    // It leaves encoding the names to the caller.
    let parameters: Vec<(String, &str)> =
        job.parameters.iter().map(|(name, value)| (percent::encode(name).into_owned(), &value[..])).collect();
    let list = oauth::request::ParameterList::new(parameters);
    Some(builder.authorize(&job.method, job.place(), &list))
}

fn oauth1(job: &Job) -> Option<String> {
    let credentials = |[identifier, secret]: &[String; 2]| oauth1::Token::new(identifier.clone(), secret.clone());
    let (client, token) = (credentials(&job.client), job.token.as_ref().map(credentials));
    let mut map = job.as_map()?;
    map.extend(job.extra.iter().cloned());
    let map: HashMap<&str, Cow<'_, str>> =
        map.iter().map(|(name, value)| (&name[..], Cow::Borrowed(&value[..]))).collect();
    Some(oauth1::authorize(&job.method, job.place(), &client, token.as_ref(), Some(map)))
}

fn oauth_1a(job: &Job) -> Option<String> {
    use oauth_1a::{
        AuthorizationType, ClientId, ClientSecret, Nonce, OAuthData, SignableRequest, SignatureMethod, SigningKey,
        Token, TokenSecret,
    };
    let [client, secret] = job.client.clone();
    let typ = match &job.extra[..] {
        [] => AuthorizationType::Request,
        [(name, callback)] if name == "oauth_callback" => {
            AuthorizationType::RequestToken { callback: callback.clone() }
        }
        [(name, verifier)] if name == "oauth_verifier" => AuthorizationType::AccessToken { verifier: verifier.clone() },
        _ => return None,
    };
    let method = job.method.parse::<HttpMethod>().ok()?;
    let request = SignableRequest::new(method, job.place().parse().ok()?, job.as_map()?);
    let data = OAuthData {
        client_id: ClientId(client),
        token: job.token.clone().map(|[token, _]| Token(token)),
        signature_method: SignatureMethod::HmacSha1,
        nonce: Nonce::generate(),
    };
    let key = SigningKey {
        client_secret: ClientSecret(secret),
        token_secret: job.token.clone().map(|[_, secret]| TokenSecret(secret)),
    };
    Some(data.authorization(request, typ, &key))
}

/// It has HMAC-SHA512, and accepts other methods by this trait.
struct HmacSha1;

impl oauth10a::signer::SignatureMethod for HmacSha1 {
    type Error = hmac::digest::InvalidLength;

    const SIGNATURE_METHOD: &'static str = "HMAC-SHA1";

    fn digest(key: &str, base_string: &str) -> Result<String, Self::Error> {
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes())?;
        mac.update(base_string.as_bytes());
        Ok(base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac.finalize().into_bytes()))
    }
}

fn oauth10a(job: &Job) -> Option<String> {
    if job.form.is_some() || !job.extra.is_empty() {
        return None;
    }
    let [client, client_secret] = &job.client;
    let [token, secret] = job.token.as_ref().map_or(["", ""], |[a, b]| [a, b]);
    let signer = oauth10a::signer::Signer::<HmacSha1>::new(token, secret, client, client_secret).ok()?;
    let method = job.method.parse::<reqwest::Method>().ok()?;
    signer.sign(&method, &job.uri.parse().ok()?).ok()
}

fn reqwest_oauth1(job: &Job) -> Option<String> {
    use reqwest_oauth1::{OAuthClientProvider as _, OAuthParameters, Secrets};
    // It accepts either a query or a form, and sends the form that it encodes itself.
    let form = match (&job.form, job.uri.contains('?')) {
        (Some(_), true) => return None,
        (Some(_), false) => Some(&job.parameters),
        (None, _) => None,
    };
    if !job.is_usual() {
        return None;
    }
    let [client, secret] = job.client.clone();
    let mut secrets = Secrets::new(client, secret);
    if let Some([token, secret]) = job.token.clone() {
        secrets = secrets.token(token, secret);
    }
    let mut parameters = OAuthParameters::new().timestamp(job.timestamp).version(job.version);
    if let Some(nonce) = &job.nonce {
        parameters = parameters.nonce(nonce.clone());
    }
    if let Some(callback) = job.extra("oauth_callback") {
        parameters = parameters.callback(callback.to_string());
    }
    if let Some(verifier) = job.extra("oauth_verifier") {
        parameters = parameters.verifier(verifier.to_string());
    }
    thread_local!(static CLIENT: reqwest::Client = reqwest::Client::new());
    let request = CLIENT.with(|client| {
        let method = job.method.parse::<reqwest::Method>().ok()?;
        let client = client.clone().oauth1_with_params(secrets, parameters);
        let mut request = client.request(method, &job.uri);
        if let Some(form) = form {
            request = request.form(form);
        }
        request.generate_signature().ok()?.build().ok()
    })?;
    let header = request.headers().get("authorization")?;
    header.to_str().ok().map(String::from)
}
