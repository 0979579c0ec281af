//! Extraction in a child process: a file that hangs, crashes or swells takes down the child alone.
//!
//! The two talk over a socket that is the child's standard input, a line of JSON each way. Its
//! standard output would be the obvious way back, but libraries print there.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rlimit::{Resource, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::extract::{ExtractError, Extracted, MAX_FILE_BYTES, extract};

/// The address space that a worker may take, in bytes.
const MAX_MEMORY: u64 = 1536 << 20;
/// The processor time that a worker may take in its life, in seconds. It ends a worker that hangs
/// while its parent is gone; with its parent there, the timeout is much sooner.
const MAX_CPU_SECONDS: u64 = 3600;
/// How many files a worker reads before a fresh one takes its place: memory that it has taken for a
/// large file does not come back otherwise.
const FILES_PER_WORKER: u32 = 200;
/// The longest answer, in bytes: text and markup, escaped.
const MAX_ANSWER_BYTES: u64 = 256 << 20;

#[derive(Serialize, Deserialize)]
struct Request {
    path: PathBuf,
}

type Answer = Result<Extracted, ExtractError>;

/// What the child does: puts limits on itself, then reads the text of one file after another, as
/// asked on the socket that is its standard input, until that is closed.
pub fn run_worker() -> io::Result<()> {
    setrlimit(Resource::CORE, 0, 0)?;
    setrlimit(Resource::AS, MAX_MEMORY, MAX_MEMORY)?;
    setrlimit(Resource::CPU, MAX_CPU_SECONDS, MAX_CPU_SECONDS)?;
    let mut answers = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let requests = BufReader::new(answers.try_clone()?);
    for line in requests.lines() {
        let Request { path } = serde_json::from_str(&line?)?;
        let mut answer = serde_json::to_vec(&read_file(&path))?;
        answer.push(b'\n');
        answers.write_all(&answer)?;
    }
    Ok(())
}

/// Reads the text of a file; a panic on the way means that the file is not as it should be.
fn read_file(path: &Path) -> Answer {
    let unreadable =
        |error: io::Error| ExtractError::Unreadable(format!("{}: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = vec![];
    // One byte more than is allowed shows `extract` that there is more.
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    catch_unwind(|| extract(&bytes)).unwrap_or_else(|panic| {
        let reason = panic.downcast_ref::<String>().map(String::as_str);
        let reason = reason.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panic");
        Err(ExtractError::Damaged(reason.chars().take(200).collect()))
    })
}

/// Reads the text of files in a child process, which it starts when there is something to do and
/// replaces when it fails.
#[derive(Debug)]
pub struct Extractor {
    program: PathBuf,
    args: Vec<String>,
    timeout: Duration,
    worker: Option<Worker>,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    socket: tokio::io::BufReader<tokio::net::UnixStream>,
    files: u32,
}

impl Extractor {
    /// An extractor whose child is this program with these arguments, which must call
    /// [`run_worker`]; `timeout` is for each file.
    pub fn new(program: impl Into<PathBuf>, args: Vec<String>, timeout: Duration) -> Self {
        Self { program: program.into(), args, timeout, worker: None }
    }

    /// Reads the text of a file.
    pub async fn extract(&mut self, path: &Path) -> Result<Extracted, ExtractError> {
        // Out of `self` while it works: if this future is dropped half-way, so is the worker, and
        // its answer cannot be taken for that to the next question.
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.start().map_err(|error| {
                ExtractError::Unreadable(format!(
                    "cannot start {}: {error}",
                    self.program.display()
                ))
            })?,
        };
        match tokio::time::timeout(self.timeout, worker.ask(path)).await {
            Ok(Ok(answer)) => {
                if worker.files < FILES_PER_WORKER {
                    self.worker = Some(worker);
                }
                answer
            }
            Ok(Err(error)) => {
                tracing::warn!(path = %path.display(), %error, "the extractor crashed");
                worker.end().await;
                Err(ExtractError::Crashed)
            }
            Err(_) => {
                tracing::warn!(path = %path.display(), timeout = ?self.timeout, "the extractor took too long");
                worker.end().await;
                Err(ExtractError::Timeout)
            }
        }
    }

    fn start(&self) -> io::Result<Worker> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let child = Command::new(&self.program)
            .args(&self.args)
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal goes to the whole group; the file at hand would seem to crash.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let socket = tokio::io::BufReader::new(tokio::net::UnixStream::from_std(ours)?);
        Ok(Worker { child, socket, files: 0 })
    }
}

impl Worker {
    async fn ask(&mut self, path: &Path) -> io::Result<Answer> {
        self.files += 1;
        let mut request = serde_json::to_vec(&Request { path: path.to_owned() })?;
        request.push(b'\n');
        self.socket.write_all(&request).await?;
        let mut answer = vec![];
        (&mut self.socket).take(MAX_ANSWER_BYTES).read_until(b'\n', &mut answer).await?;
        if answer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(serde_json::from_slice(&answer)?)
    }

    /// Kills the child and waits until it is gone.
    async fn end(mut self) {
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "the extractor cannot be stopped");
        }
    }
}
