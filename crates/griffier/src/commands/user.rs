//! `griffier user`: those who have an account, for the operator.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use store::Store;
use store::accounts::webhook::webhooks;
use store::accounts::{Account, account_of, accounts, message, session};

use crate::config::{Config, Given};
use crate::folder::Folder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Print all accounts, and whether mail goes to them
    List {
        #[command(flatten)]
        given: Given,
    },
    /// Print what is known of an account
    Show {
        #[command(flatten)]
        given: Given,
        /// The mail address of the account
        #[arg(value_name = "ADDRESS")]
        email: String,
    },
    /// Stop the alerts to an account; its holder sees that
    Mute {
        #[command(flatten)]
        given: Given,
        /// The mail address of the account
        #[arg(value_name = "ADDRESS")]
        email: String,
        /// Start them again
        #[arg(long)]
        undo: bool,
    },
    /// Remove an account and all that belongs to it
    Delete {
        #[command(flatten)]
        given: Given,
        /// The mail address of the account
        #[arg(value_name = "ADDRESS")]
        email: String,
    },
}

#[expect(clippy::print_stdout, reason = "what is known is what the command is asked for")]
pub(super) fn run(options: Options) -> Result<()> {
    match options.task {
        Task::List { given } => {
            for account in accounts(&open(given)?.reader()?)? {
                println!("{}  {}", account.email, state(&account));
            }
        }
        Task::Show { given, email } => {
            let store = open(given)?;
            for line in describe(&store, &find(&store, &email)?)? {
                println!("{line}");
            }
        }
        Task::Mute { given, email, undo } => {
            let store = open(given)?;
            let account = find(&store, &email)?;
            store.mute(account.id, !undo, Timestamp::now())?;
            println!(
                "alerts to {} are {}",
                account.email,
                if undo { "on again" } else { "stopped" }
            );
        }
        Task::Delete { given, email } => {
            let store = open(given)?;
            let account = find(&store, &email)?;
            store.delete_account(account.id)?;
            println!("{} is removed, with all that belonged to it", account.email);
        }
    }
    Ok(())
}

/// Without the lock: it has to be possible while the site is up, and each task is one transaction.
fn open(given: Given) -> Result<Store> {
    let config = Config::settle(given, false)?;
    Folder::open_to_read(&config.data)?.store()
}

fn find(store: &Store, email: &str) -> Result<Account> {
    match account_of(&store.reader()?, &email.trim().to_lowercase())? {
        Some(account) => Ok(account),
        None => {
            bail!("there is no account for {email:?}: `griffier user list` says which there are")
        }
    }
}

fn state(account: &Account) -> String {
    let since = |moment: Option<Timestamp>| moment.map(|at| at.to_string()).unwrap_or_default();
    if account.muted_at.is_some() {
        format!("muted since {}", since(account.muted_at))
    } else if account.refused_at.is_some() {
        let refusal = account.refusal.as_deref().unwrap_or_default();
        format!("refused since {}: {refusal}", since(account.refused_at))
    } else if account.unsubscribed_at.is_some() {
        format!("wants no alerts since {}", since(account.unsubscribed_at))
    } else {
        "gets mail".to_owned()
    }
}

fn describe(store: &Store, account: &Account) -> Result<Vec<String>> {
    let reader = store.reader()?;
    let sessions = session::sessions(&reader, account.id, Timestamp::now())?;
    let messages = message::messages(&reader, account.id, None, i64::MAX)?;
    let created = account.created_at.map(|at| at.to_string()).unwrap_or_default();
    let mut lines = vec![
        format!("address: {}", account.email),
        format!("since: {created}"),
        format!("state: {}", state(account)),
        format!("sessions: {}", sessions.len()),
        format!("webhooks: {}", webhooks(&reader, account.id)?.len()),
        format!("messages: {}", messages.len()),
    ];
    // Of the last ones what became of them, not what they say.
    lines.extend(messages.iter().take(10).map(|message| {
        let at = message.created_at.map(|at| at.to_string()).unwrap_or_default();
        let problem = message.problem.as_deref().unwrap_or_default();
        format!("  {at}  {:?}  {}  {problem}", message.state, message.subject)
    }));
    Ok(lines)
}
