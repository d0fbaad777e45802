//! Judges secrets that a server issued, such as session tokens, as one sample.
//!
//! Parts that are the same in all of them (a prefix, the header of a signed token, the version digit of a
//! UUID) count for nothing, and do no harm. What matters is how much is left to guess.

use std::{collections::HashSet, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::transform::Digest;

/// A secret, and what its owner or an attacker may know about it.
#[derive(Clone)]
pub struct Issued {
    /// The secret.
    pub secret: String,
    /// Known facts, each with a name: the user id, the user name, the password, a counter.
    pub facts: Vec<(&'static str, String)>,
    /// The time between the request and the response, since the Unix epoch.
    pub between: (Duration, Duration),
}

/// Why a secret of a sample can be guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakness {
    /// The index of the secret.
    pub at: usize,
    /// What is wrong.
    pub reason: String,
    /// What was expected.
    pub expected: &'static str,
}

/// The least bits that must be left to guess. RFC 6749, section 10.10 asks for 128. A random UUID has 122,
/// and an estimate is not exact.
const LEAST_BITS: f64 = 112.0;
/// How many secrets an estimate by position needs.
const LEAST_SAMPLE: usize = 6;

/// The first weakness of a sample, which is in the order of issue.
pub fn weakness(sample: &[Issued]) -> Option<Weakness> {
    visible_weakness(sample).or_else(|| made_of_facts(sample))
}

/// As [`weakness`], without the recipes, which cost thousands of digests.
pub fn visible_weakness(sample: &[Issued]) -> Option<Weakness> {
    repeated(sample)
        .or_else(|| too_short(sample))
        .or_else(|| holds_facts(sample))
        .or_else(|| too_near(sample))
        .or_else(|| too_regular(sample))
        .or_else(|| counted(sample))
}

fn repeated(sample: &[Issued]) -> Option<Weakness> {
    let mut seen = HashSet::new();
    let at = sample.iter().position(|issued| !seen.insert(&issued.secret))?;
    let reason = "two responses held the same token".to_owned();
    Some(Weakness { at, reason, expected: "a new token in each response" })
}

/// The size of the alphabet of a text, by the kinds of its characters.
fn alphabet(text: &str) -> f64 {
    let all = |is: fn(char) -> bool| text.chars().all(is);
    if all(|c| c.is_ascii_digit()) {
        10.0
    } else if all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
        || all(|c| c.is_ascii_digit() || ('A'..='F').contains(&c))
    {
        16.0
    } else if all(|c| c.is_ascii_digit() || c.is_ascii_lowercase())
        || all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    {
        36.0
    } else if all(|c| c.is_ascii_alphanumeric()) {
        62.0
    } else {
        64.0
    }
}

/// The parts of a secret, without the separators of a UUID and of a signed token.
fn compact(secret: &str) -> String {
    let is_uuid = secret.len() == 36
        && secret.chars().enumerate().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    if is_uuid { secret.replace('-', "") } else { secret.to_owned() }
}

fn too_short(sample: &[Issued]) -> Option<Weakness> {
    for (at, issued) in sample.iter().enumerate() {
        let secret = compact(&issued.secret);
        let count = secret.chars().count();
        // A length is not exact, so this is the bound of the smallest alphabet that the text can be of.
        #[expect(clippy::cast_precision_loss, reason = "a token is not long enough")]
        let bits = count as f64 * alphabet(&secret).log2();
        if bits < LEAST_BITS {
            let reason = format!("a token of {count} characters holds less than 128 bits");
            return Some(Weakness { at, reason, expected: "at least 128 bits" });
        }
        let kinds = secret.chars().collect::<HashSet<_>>().len();
        if kinds < 8 {
            let reason = format!("a token has only {kinds} different characters");
            return Some(Weakness { at, reason, expected: "a random text" });
        }
    }
    None
}

/// Whether a secret holds a known fact.
fn holds_facts(sample: &[Issued]) -> Option<Weakness> {
    for (at, issued) in sample.iter().enumerate() {
        if is_signed(&issued.secret) {
            // Such a token names its user, and its signature is what cannot be guessed.
            continue;
        }
        let decoded = decoded(&issued.secret);
        for (name, fact) in &issued.facts {
            let holds = |text: &String| text.contains(fact.as_str());
            if fact.len() >= 4 && !name.starts_with("number") && decoded.iter().any(holds) {
                let reason = format!("a token holds the {name} of its account");
                return Some(Weakness { at, reason, expected: "no known data" });
            }
        }
    }
    None
}

/// Whether a secret is a digest of known facts. What makes one token makes all, so the last ones suffice.
fn made_of_facts(sample: &[Issued]) -> Option<Weakness> {
    let few = sample.len().saturating_sub(3);
    for (at, issued) in sample.iter().enumerate().skip(few) {
        if let Some(recipe) = recipe(issued) {
            let reason = format!("a token is {recipe}");
            return Some(Weakness { at, reason, expected: "a random text" });
        }
    }
    None
}

/// Whether a text is a token of three parts with a header in JSON.
fn is_signed(secret: &str) -> bool {
    let mut parts = secret.split('.');
    let header = parts.next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    header.is_some_and(|header| header.starts_with(b"{")) && parts.count() == 2
}

/// The secret, its parts, and what they are if they are encoded.
fn decoded(secret: &str) -> Vec<String> {
    let mut texts = vec![secret.to_owned(), secret.chars().rev().collect()];
    let parts = secret.split(['.', '-', '_', ':', '|']).filter(|part| part.len() >= 6);
    let plain = secret.trim_end_matches('=').replace('+', "-").replace('/', "_");
    for part in parts.chain([plain.as_str()]) {
        let bytes = hex::decode(part).ok();
        for bytes in bytes.into_iter().chain(URL_SAFE_NO_PAD.decode(part).ok()) {
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    texts
}

/// The recipe that makes a secret of known facts, if one does.
fn recipe(issued: &Issued) -> Option<String> {
    let digests: Vec<Digest> = Digest::all().collect();
    let secret = issued.secret.trim_end_matches('=');
    let made_of = |text: &str, name: &str| {
        let is_made = |digest: &&Digest| {
            let made = digest.of(text);
            let made = made.trim_end_matches('=');
            // A server may cut a digest, or put a constant before it.
            let (short, long) =
                if made.len() < secret.len() { (made, secret) } else { (secret, made) };
            short.len() >= 16 && (long.starts_with(short) || long.ends_with(short))
        };
        digests.iter().find(is_made).map(|digest| format!("a digest ({digest}) of {name}"))
    };
    let mut texts: Vec<(String, String)> = Vec::new();
    for (name, fact) in &issued.facts {
        texts.push((format!("the {name}"), fact.clone()));
    }
    let single = texts.clone();
    for (name, fact) in &single {
        for (other, more) in &single {
            for separator in ["", ":", "-", ".", "|", "_"] {
                if name != other {
                    let both = format!("{name} and {}", other.trim_start_matches("the "));
                    texts.push((both, format!("{fact}{separator}{more}")));
                }
            }
        }
    }
    if let Some(found) = texts.iter().find_map(|(name, text)| made_of(text, name)) {
        return Some(found);
    }
    for clock in clocks(issued.between) {
        if let Some(found) = made_of(&clock, "the clock") {
            return Some(found);
        }
        for (name, fact) in &single {
            for separator in ["", ":", "-"] {
                for text in
                    [format!("{fact}{separator}{clock}"), format!("{clock}{separator}{fact}")]
                {
                    if let Some(found) = made_of(&text, &format!("{name} and the clock")) {
                        return Some(found);
                    }
                }
            }
        }
    }
    None
}

/// What a clock said during a request: seconds and milliseconds since the epoch. Long requests count only
/// with their end, because each time costs many digests.
fn clocks((sent, received): (Duration, Duration)) -> Vec<String> {
    let last = received.as_millis() + 2;
    let first = (sent.as_millis().saturating_sub(2)).max(last.saturating_sub(60));
    let seconds = sent.as_secs().saturating_sub(1)..=received.as_secs() + 1;
    seconds.map(|at| at.to_string()).chain((first..=last).map(|at| at.to_string())).collect()
}

/// Whether two secrets agree in too many places. What all have in common does not count.
fn too_near(sample: &[Issued]) -> Option<Weakness> {
    let texts: Vec<Vec<char>> =
        sample.iter().map(|s| compact(&s.secret).chars().collect()).collect();
    let varies = |at: usize| texts.iter().any(|text| text.get(at) != texts[0].get(at));
    let places: Vec<usize> = (0..texts.iter().map(Vec::len).max()?)
        .filter(|at| texts.len() < 3 || varies(*at))
        .collect();
    for (at, pair) in texts.windows(2).enumerate() {
        let agree = |place: &&usize| pair[0].get(**place) == pair[1].get(**place);
        let same = places.iter().filter(agree).count();
        // Two random texts of 16 different characters agree in one of 16 places. Half is not chance.
        if !is_signed(&sample[at].secret) && same * 2 > places.len() && places.len() > 4 {
            let reason = format!("two tokens agree in {same} of {} places", places.len());
            return Some(Weakness { at: at + 1, reason, expected: "independent tokens" });
        }
    }
    None
}

/// Estimates the bits that are left to guess, place by place.
fn too_regular(sample: &[Issued]) -> Option<Weakness> {
    if sample.len() < LEAST_SAMPLE {
        return None;
    }
    let texts: Vec<String> = sample
        .iter()
        .map(|issued| {
            // Of a signed token, only the signature is secret.
            let secret = is_signed(&issued.secret).then(|| issued.secret.rsplit('.').next());
            compact(secret.flatten().unwrap_or(&issued.secret))
        })
        .collect();
    let size = texts.iter().map(|text| alphabet(text)).fold(0.0, f64::max);
    let length = texts.iter().map(|text| text.chars().count()).min()?;
    let columns: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
    #[expect(clippy::cast_precision_loss, reason = "a sample has some hundreds of tokens")]
    let count = sample.len() as f64;
    // How many different characters a random column has on average.
    let expected = size * (1.0 - (1.0 - 1.0 / size).powf(count));
    let bits: f64 = (0..length)
        .map(|place| {
            let kinds = columns.iter().map(|text| text[place]).collect::<HashSet<_>>().len();
            #[expect(clippy::cast_precision_loss, reason = "at most 64")]
            let kinds = kinds as f64;
            // A column with as many as expected counts whole. Each kind that is missing takes from it.
            if kinds >= expected * 0.6 { size.log2() } else { kinds.log2() }
        })
        .sum();
    (bits < LEAST_BITS).then(|| Weakness {
        at: sample.len() - 1,
        reason: format!(
            "{} tokens differ in little: about {bits:.0} bits are left to guess",
            sample.len()
        ),
        expected: "at least 128 bits",
    })
}

/// Whether the end of each secret is that of the one before and a constant.
fn counted(sample: &[Issued]) -> Option<Weakness> {
    const LEAST: usize = 5;
    let number = |issued: &Issued| {
        let text = compact(&issued.secret);
        let end = text.get(text.len().checked_sub(15)?..)?;
        u64::from_str_radix(end, 16).ok().or_else(|| {
            let bytes = URL_SAFE_NO_PAD.decode(&issued.secret).ok()?;
            Some(u64::from_be_bytes(bytes.get(bytes.len().checked_sub(8)?..)?.try_into().ok()?))
        })
    };
    let numbers: Vec<u64> = sample.iter().filter_map(number).collect();
    if numbers.len() < LEAST || numbers.len() != sample.len() {
        return None;
    }
    // The last 60 bits, which are 15 hexadecimal digits.
    let step = |two: &[u64]| two[1].wrapping_sub(two[0]) & ((1 << 60) - 1);
    let steps: HashSet<u64> = numbers.windows(2).map(step).collect();
    (steps.len() == 1).then(|| Weakness {
        at: sample.len() - 1,
        reason: "each token is the one before it and a constant".to_owned(),
        expected: "independent tokens",
    })
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::transform::{Algorithm, Notation};

    /// Makes a secret of its index and random bytes.
    type Make<'a> = &'a dyn Fn(usize, [u8; 32]) -> String;

    const NOON: u64 = 1_700_000_000_123;

    fn issued(secret: String) -> Issued {
        let at = Duration::from_millis(NOON);
        let facts = [("user name", "alice"), ("user id", "u7"), ("password", "correct horse")];
        Issued {
            secret,
            facts: facts.map(|(name, fact)| (name, fact.to_owned())).to_vec(),
            between: (at - Duration::from_millis(5), at + Duration::from_millis(5)),
        }
    }

    /// The reason against a sample of texts that are made of random bytes.
    fn reason(count: usize, make: impl Fn(usize, [u8; 32]) -> String) -> Option<String> {
        let mut rng = StdRng::seed_from_u64(1);
        let sample: Vec<_> = (0..count).map(|at| issued(make(at, rng.random()))).collect();
        weakness(&sample).map(|weakness| weakness.reason)
    }

    #[test]
    fn strong_tokens_of_any_form_are_accepted() {
        let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        for count in [1, 2, 3, 6, 20, 100] {
            assert_eq!(reason(count, |_, r| base64(&r)), None);
            assert_eq!(reason(count, |_, r| base64(&r[..16])), None, "128 bits");
            assert_eq!(reason(count, |_, r| hex::encode(&r[..16])), None);
            assert_eq!(reason(count, |_, r| format!("tok_live_{}", hex::encode(r))), None);
            let uuid = |_, r: [u8; 32]| {
                let mut hex = hex::encode(&r[..16]);
                hex.replace_range(12..13, "4");
                for at in [8, 13, 18, 23] {
                    hex.insert(at, '-');
                }
                hex
            };
            assert_eq!(reason(count, uuid), None);
            let jwt = |at, r: [u8; 32]| {
                let claims = format!(r#"{{"sub":"u7","username":"alice","iat":{at}}}"#);
                format!(
                    "{}.{}.{}",
                    base64(br#"{"alg":"HS256"}"#),
                    base64(claims.as_bytes()),
                    base64(&r)
                )
            };
            assert_eq!(reason(count, jwt), None);
        }
    }

    #[test]
    fn weak_tokens_are_recognised() {
        let digest =
            |text: &str| Digest { algorithm: Algorithm::Sha1, notation: Notation::Hex }.of(text);
        let told = |count, make: Make<'_>| reason(count, make).unwrap();
        let expected: [(usize, Make<'_>, &str); 13] = [
            (2, &|_, _| "9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq".into(), "same token"),
            (1, &|_, r| hex::encode(&r[..8]), "less than 128 bits"),
            (1, &|_, _| "000000000000000000000000000000000042".into(), "different characters"),
            (2, &|at, _| format!("token-9HqLlyZOugoStsXCUfD-{at}"), "agree in"),
            (1, &|_, r| format!("alice-{}", hex::encode(r)), "holds the user name"),
            (
                1,
                &|_, r| URL_SAFE_NO_PAD.encode(format!("alice:{}", hex::encode(r))),
                "holds the user name",
            ),
            (1, &|_, _| digest("u7:alice"), "of the user id and user name"),
            (1, &|_, _| digest("alice"), "of the user name"),
            (1, &|_, _| digest(&NOON.to_string()), "of the clock"),
            (1, &|_, _| digest(&format!("u7{}", NOON / 1000)), "the user id and the clock"),
            (1, &|_, _| format!("v1.{}", digest("correct horse")), "of the password"),
            (
                12,
                &|at, r| {
                    format!("{}{}", &digest("same")[..30], hex::encode([r[0], r[1], at as u8]))
                },
                "bits are left to guess",
            ),
            (
                8,
                &|at, _| {
                    let step = 0x6a09_e667_f3bc_c908_b2fb_1366_ea95_7d3e_u128;
                    format!("{:032x}", step.wrapping_mul(at as u128 + 7))
                },
                "the one before it and a constant",
            ),
        ];
        for (count, make, part) in expected {
            let told = told(count, make);
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}
