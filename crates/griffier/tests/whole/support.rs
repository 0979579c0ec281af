//! Starting and stopping the program.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A bound on anything that is waited for: only a failure takes so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// A running griffier, whose log can be read. It is killed when dropped.
pub(crate) struct Running {
    child: Child,
    log: Receiver<String>,
    seen: Vec<String>,
}

/// An answer of the site.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Running {
    /// Starts the program with these arguments, in a folder without a `griffier.toml`.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_griffier"))
            .args(arguments)
            .current_dir(folder)
            .env_remove("GRIFFIER_LOG")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, log) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, log, seen: Vec::new() }
    }

    /// Waits for a line of the log that contains this text, and gives it.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while let Ok(line) = self.log.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            self.seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
        panic!("{text:?} never came; the log was:\n{}", self.seen.join("\n"));
    }

    /// The address of the site, once it is served.
    pub(crate) fn site(&mut self) -> String {
        let line = self.wait_for("the site is at ");
        line.rsplit_once("the site is at ").unwrap().1.trim_end_matches('/').to_owned()
    }

    /// Asks the program to stop, as an operator or systemd does.
    pub(crate) fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits until the program has ended; gives its status and the log that was not read before.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                let mut rest = Vec::new();
                while let Ok(line) = self.log.recv_timeout(Duration::from_secs(1)) {
                    rest.push(line);
                }
                return (status, rest.join("\n"));
            }
            assert!(Instant::now() < until, "the program does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command that ends by itself; gives its status and what it said.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (ExitStatus, String) {
    Running::start(folder, arguments).wait()
}

/// Runs a command that ends by itself; gives its status and all that it printed.
pub(crate) fn output(folder: &Path, arguments: &[&str]) -> (ExitStatus, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_griffier"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("GRIFFIER_LOG")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status, String::from_utf8_lossy(&said).into_owned())
}

pub(crate) async fn get(address: &str) -> Answer {
    get_with(address, &[]).await
}

pub(crate) async fn get_with(address: &str, headers: &[(&str, &str)]) -> Answer {
    install_tls();
    let client = reqwest::Client::builder()
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let mut request = client.get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request).await
}

pub(crate) async fn post(address: &str) -> Answer {
    install_tls();
    answer(reqwest::Client::new().post(address)).await
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned(),
    }
}

/// Whether the tests are to take as long as they like: `./test --long`.
pub(crate) fn is_long() -> bool {
    std::env::var_os("GRIFFIER_LONG").is_some()
}

/// reqwest wants to know which cryptography to use, also where none is.
pub(crate) fn install_tls() {
    // Fails only if it was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Asks an address again and again until the answer is as wanted.
pub(crate) async fn get_until(address: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    let until = Instant::now() + PATIENCE;
    loop {
        let answer = get(address).await;
        if wanted(&answer) {
            return answer;
        }
        let start: String = text(&answer.body).chars().take(1_000).collect();
        assert!(Instant::now() < until, "{address} never came to be as wanted: {start}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until all that is published has been followed, fetched, read and indexed, as the status page
/// says.
pub(crate) async fn until_complete(site: &str) {
    get_until(&format!("{site}/status"), |status| {
        let status = text(&status.body);
        [
            "Alle 37 categorieën van de bron zijn volledig opgehaald.",
            "Nog op te halen 0 ",
            "Nog te lezen 0 ",
            "Nog vindbaar te maken 0 ",
        ]
        .iter()
        .all(|done| status.contains(done))
    })
    .await;
}

/// The text of a page as a reader sees it: tags away, entities resolved, white space collapsed.
pub(crate) fn text(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, rest)| rest);
    let mut text = String::new();
    let mut in_tag = true;
    for character in main.chars() {
        match character {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                text.push(' ');
            }
            other if !in_tag => text.push(other),
            _ => {}
        }
    }
    let text = text
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .replace("&#38;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number that looks like chance, and is the same in each run.
pub(crate) fn mix(number: u64) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}
