//! Reports the error of a failed command and suggests what to do next.

use login_client::{Error, Transport};

use super::output;

/// Prints the error with its chain of sources, and a hint.
pub(super) fn report(error: &anyhow::Error) {
    output::say(&format!("error: {error:#}"));
    if let Some(hint) = error.downcast_ref().and_then(hint) {
        output::say(&format!("hint: {hint}"));
    }
}

fn hint(error: &Error) -> Option<String> {
    match error {
        Error::BadRequest(rejection) | Error::Server { rejection, .. } => {
            rejection.message().map(|message| format!("the server says: {}", one_line(message)))
        }
        Error::RateLimited(limit) => {
            limit.wait().map(|wait| format!("try again in {} s", wait.as_secs()))
        }
        Error::TotpRequired(_) => Some("give --code, or run this in a terminal".to_owned()),
        Error::Transport(failure) if failure.is_timeout() => {
            Some("--timeout allows more time".to_owned())
        }
        Error::Transport(failure) if failure.is_connect() => Some(
            refused_certificate(failure)
                .unwrap_or("is the base URL right: host, port, and http or https?")
                .to_owned(),
        ),
        _ => None,
    }
}

/// A hint about the server's certificate, if it is the reason why the connection failed.
fn refused_certificate(failure: &Transport) -> Option<&'static str> {
    if let Some(rustls::Error::InvalidCertificate(reason)) = tls_error(failure) {
        use rustls::CertificateError::{
            BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext,
            NotValidYet, NotValidYetContext, UnknownIssuer,
        };
        return Some(match reason {
            // A bad signature means that another authority uses the name of a trusted one.
            UnknownIssuer | BadSignature => UNKNOWN_ISSUER,
            Expired | ExpiredContext { .. } => {
                "the server's certificate has expired; is the clock of this machine right?"
            }
            NotValidYet | NotValidYetContext { .. } => {
                "the server's certificate is not valid yet; is the clock of this machine right?"
            }
            NotValidForName | NotValidForNameContext { .. } => {
                "the server's certificate is for another name; is the host in the base URL right?"
            }
            _ => {
                "the server's certificate cannot be used; this is for the server's operator to fix"
            }
        });
    }
    // The errors of the system's TLS library can only be told apart by their text.
    let mut chain = std::iter::successors(Some(failure as &dyn std::error::Error), |e| e.source());
    chain.any(|error| error.to_string().contains("certificate")).then_some(UNKNOWN_ISSUER)
}

const UNKNOWN_ISSUER: &str = "the server's certificate is from an authority that is not trusted here; \
    --cacert FILE trusts the authorities in a file";

fn tls_error<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    std::iter::successors(Some(error), |error| {
        // The `source` of an `io::Error` skips the error that it wraps.
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
    .find_map(|error| error.downcast_ref())
}

/// Removes control characters, so that a server's message cannot move the cursor of the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
