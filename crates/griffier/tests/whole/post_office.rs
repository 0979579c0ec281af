//! A mail server on loopback that speaks SMTP, keeps what it accepts, and fails when it is told to.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{PATIENCE, mix};

/// A message that was accepted.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// The recipient of the envelope.
    pub(crate) to: String,
    /// The message as it came, with line feeds only.
    pub(crate) raw: String,
}

impl Mail {
    /// A header, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\n\n").next().unwrap().replace("\n ", " ");
        let wanted = format!("{}:", name.to_lowercase());
        head.lines()
            .find(|line| line.to_lowercase().starts_with(&wanted))
            .map(|line| line[wanted.len()..].trim().to_owned())
    }

    /// The message with the encoding of its parts undone.
    pub(crate) fn decoded(&self) -> String {
        let joined = self.raw.replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let [first, others @ ..] = rest {
            let escaped = (*first == b'=')
                .then(|| std::str::from_utf8(others.get(..2)?).ok())
                .flatten()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.push(escaped.unwrap_or(*first));
            rest = if escaped.is_some() { &others[2..] } else { others };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The link in a mail to log in: its path.
    pub(crate) fn link(&self) -> String {
        let text = self.decoded();
        let from = text.find("/inloggen/link/").unwrap();
        text[from..].chars().take_while(|c| !c.is_whitespace() && *c != '"').collect()
    }

    /// The code in a mail to log in.
    pub(crate) fn code(&self) -> String {
        let text = self.decoded();
        let (_, rest) = text.split_once("deze code over: ").unwrap();
        rest.chars().take(6).collect()
    }
}

/// What the server does at each message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Accepts it.
    Kind,
    /// Refuses every recipient for good.
    Never,
    /// Refuses the sender for good, which is no fault of the recipient.
    NotFromYou,
    /// Fails in one of many ways, three times in four.
    Moody,
}

#[derive(Clone)]
pub(crate) struct PostOffice {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    mood: Mood,
    mail: Vec<Mail>,
    /// How often somebody came, or brought a message.
    turns: u64,
}

impl PostOffice {
    pub(crate) async fn open(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { mood, mail: Vec::new(), turns: 0 }));
        let office = Self { address, state };
        let serving = office.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let office = serving.clone();
                // A client that goes away in the middle is part of the trial.
                tokio::spawn(async move { office.talk(stream).await.unwrap_or_default() });
            }
        });
        office
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    pub(crate) fn mail(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mail.clone()
    }

    /// How often somebody came, or brought a message.
    pub(crate) fn turns(&self) -> u64 {
        self.state.lock().unwrap().turns
    }

    /// The newest mail to an address, once so many have come to it.
    pub(crate) async fn wait_for(&self, to: &str, number: usize) -> Mail {
        let until = Instant::now() + PATIENCE;
        loop {
            let mail = self.mail().into_iter().filter(|mail| mail.to == to);
            let mail: Vec<Mail> = mail.collect();
            if mail.len() >= number {
                return mail.last().unwrap().clone();
            }
            assert!(Instant::now() < until, "only {} of {number} came to {to}", mail.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Which failure comes now; none for a message that is to be accepted.
    fn failure(&self) -> Option<u64> {
        let mut state = self.state.lock().unwrap();
        state.turns += 1;
        let turn = mix(state.turns);
        match state.mood {
            Mood::Moody => (!turn.is_multiple_of(4)).then_some(turn / 4 % 7),
            _ => None,
        }
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut to = String::new();
        let mut failure = self.failure();
        if failure == Some(0) {
            return stream.get_mut().write_all(b"421 not now\r\n").await;
        }
        stream.get_mut().write_all(b"220 post office\r\n").await?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            let verb = line.get(..4).unwrap_or(line).to_uppercase();
            let mood = self.state.lock().unwrap().mood;
            if verb == "MAIL" {
                failure = self.failure();
            }
            let answer = match verb.as_str() {
                "EHLO" => "250-post office\r\n250 8BITMIME",
                "MAIL" if mood == Mood::NotFromYou => "550 5.7.1 not from you",
                "MAIL" if failure == Some(1) => "451 try later",
                "MAIL" => "250 ok",
                "RCPT" if mood == Mood::Never => "550 5.1.1 no such mailbox here",
                "RCPT" if failure == Some(2) => "450 mailbox busy",
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    "250 ok"
                }
                // Gone without a word.
                "DATA" if failure == Some(3) => return Ok(()),
                "DATA" => {
                    stream.get_mut().write_all(b"354 go on\r\n").await?;
                    let raw = read_message(&mut stream).await?;
                    match failure {
                        Some(4) => return Ok(()),
                        Some(5) => "452 no room",
                        _ => {
                            let mail = Mail { to: to.clone(), raw };
                            self.state.lock().unwrap().mail.push(mail);
                            // Accepted, but nobody hears of it.
                            if failure == Some(6) {
                                return Ok(());
                            }
                            "250 queued"
                        }
                    }
                }
                "QUIT" => {
                    return stream.get_mut().write_all(b"221 bye\r\n").await;
                }
                "RSET" | "NOOP" => "250 ok",
                _ => "500 what?",
            };
            stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}

async fn read_message(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end_matches(['\r', '\n']);
        if line == "." {
            return Ok(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(line));
        message.push('\n');
    }
}
