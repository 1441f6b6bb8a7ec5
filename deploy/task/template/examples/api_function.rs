//! An API function: responds to HTTP requests at `/tasks/v1/api/FUNCTION/…`. To deploy it, move it to src/main.rs.

use exh_oauth1::task::{self, Context, Error, HttpRequest, HttpResponse, json};

fn main() -> std::process::ExitCode {
    task::run(handle)
}

fn handle(request: HttpRequest, context: &Context) -> Result<HttpResponse, Error> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/greeting") => {
            let me = context.client().me()?;
            HttpResponse::new(200)?.json(&json!({
                "greeting": format!("hello {}", me.first_name.unwrap_or_default()),
                "caller": request.user_id(),
            }))
        }
        ("POST", "/echo") => {
            let content_type = request.header("content-type").unwrap_or("text/plain");
            Ok(HttpResponse::new(200)?.body(request.body.clone(), content_type))
        }
        _ => HttpResponse::new(404)?.json(&json!({ "message": "unknown path" })),
    }
}

#[cfg(test)]
mod tests {
    use exh_oauth1::sandbox::{Options, Sandbox};

    use super::*;

    #[test]
    fn responds_with_a_greeting() -> Result<(), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start(Options::default())?;
        let context = Context::new(sandbox.client()?);
        let response = handle(HttpRequest::new("GET", "/greeting"), &context).map_err(|error| error.to_string())?;
        assert_eq!(response.status(), 200);
        Ok(())
    }
}
