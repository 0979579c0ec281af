//! The program as its users meet it: the real binary, real HTTP, a real database, a real browser.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod accounts;
mod afternoon;
mod bench;
mod browser;
mod delivery;
mod demo;
mod faults;
mod kills;
mod lists;
mod monitoring;
mod operations;
mod pages;
mod post_office;
mod receiver;
mod relevance;
mod search;
mod settled;
mod support;
mod watching;
mod webhooks;
