//! A directory account belongs to a person, even if names in the directory change.

use std::time::Duration;

use login_server::{
    accounts::{Account, NewAccount, Profile, TotpSecret},
    config::{ConfigLdap, ConfigLdapAttributes, ConfigLogging},
    logging,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};

use crate::{
    captured::Captured,
    http::{Response, call, log_in},
    ldap::{attempt, find, server, unauthorized},
    slapd::{BASE, STAFF, Slapd, dn},
};

fn user_id(response: &Response) -> &str {
    assert_eq!(response.status, 200, "{response:?}");
    response.body["data"]["userId"].as_str().unwrap()
}

fn username(response: &Response) -> &Value {
    &response.body["data"]["me"]["username"]
}

async fn add(server: &TestServer, account: Account) {
    let new = NewAccount { account, backup_code_hashes: Vec::new() };
    server.store().add_account(&new).await.unwrap();
}

fn account(username: &str, directory_dn: &str) -> Account {
    let profile = Profile { username: username.to_owned(), ..Profile::default() };
    Account { directory_dn: Some(directory_dn.to_owned()), ..Account::new(profile) }
}

#[tokio::test]
async fn person_who_moves_to_another_unit_keeps_id_second_factor_and_sessions() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let before = attempt(&server, "lara", "lara-pw").await;
    let (lara, secret) = (find(&server, "lara").await.unwrap(), TotpSecret::random());
    server.store().set_totp(&lara.id, Some((&secret, &[]))).await.unwrap();
    slapd.rename(&dn("lara"), "uid=lara", Some(STAFF)).await;
    let without = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(without.body["error"], "totp-required", "{without:?}");
    let code = secret.code_at(server.clock().now());
    let body = json!({"user": "lara", "password": "lara-pw", "code": code.expose()});
    assert_eq!(user_id(&log_in(&server.base_url(), body).await), user_id(&before));
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &before.body).await.status, 200);
    let moved = find(&server, "lara").await.unwrap().directory_dn;
    assert_eq!(moved, Some(format!("uid=lara,{STAFF}")));
}

#[tokio::test]
async fn renamed_person_keeps_the_account_and_takes_the_new_name() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let before = attempt(&server, "lara", "lara-pw").await;
    slapd.rename(&dn("lara"), "uid=laura", None).await;
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    let after = attempt(&server, "laura", "lara-pw").await;
    assert_eq!((user_id(&after), username(&after)), (user_id(&before), &json!("laura")));
    assert_eq!(find(&server, "lara").await, None);
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &before.body).await.status, 200);
}

#[tokio::test]
async fn new_name_that_is_taken_leaves_the_old_one() {
    let (slapd, log) = (Slapd::start(), Captured::default());
    let server = TestServer::builder()
        .account(TestAccount::new("Alice", "alice-pw"))
        .config(|config| config.ldap = Some(slapd.config(None)))
        .log(logging::logger(&ConfigLogging::default(), log.clone()))
        .start()
        .await
        .unwrap();
    let before = attempt(&server, "lara", "lara-pw").await;
    slapd.rename(&dn("lara"), "uid=alice", None).await;
    slapd.replace("alice", "mail", &["lara@example.org", "new@example.org"]).await;
    let after = attempt(&server, "lara@example.org", "lara-pw").await;
    assert_eq!((user_id(&after), username(&after)), (user_id(&before), &json!("lara")));
    log.wait_for("an account keeps its user name");
    // The other values are updated nevertheless.
    let addresses = after.body["data"]["me"]["emails"].as_array().unwrap();
    assert_eq!(addresses.len(), 2, "{after:?}");
    assert_eq!(attempt(&server, "alice", "alice-pw").await.status, 200);
}

#[tokio::test]
async fn one_of_several_user_names_is_kept() {
    let slapd = Slapd::start();
    // This is not `uid`, because a directory lists the value in the distinguished name first.
    let name = "employeeType".to_owned();
    let attributes = ConfigLdapAttributes { username: name, ..ConfigLdapAttributes::default() };
    let server = server(ConfigLdap { attributes, ..slapd.config(None) }).await;
    slapd.replace("lara", "employeeType", &["croft"]).await;
    let before = attempt(&server, "lara", "lara-pw").await;
    for names in [["zora", "croft"], ["croft", "zora"]] {
        slapd.replace("lara", "employeeType", &names).await;
        let after = attempt(&server, "lara", "lara-pw").await;
        assert_eq!((user_id(&after), username(&after)), (user_id(&before), &json!("croft")));
    }
}

/// The configuration for a directory whose ids are only in this attribute.
fn with_id(slapd: &Slapd, attribute: &str) -> ConfigLdap {
    let id = Some(attribute.to_owned());
    let attributes = ConfigLdapAttributes { id, ..ConfigLdapAttributes::default() };
    ConfigLdap { attributes, ..slapd.config(None) }
}

#[tokio::test]
async fn distinguished_name_that_changes_only_in_case_is_the_same() {
    let slapd = Slapd::start();
    for ldap in [slapd.config(None), with_id(&slapd, "employeeNumber")] {
        let server = server(ldap).await;
        let before = attempt(&server, "lara", "lara-pw").await;
        slapd.rename(&dn("lara"), "UID=Lara", None).await;
        let after = attempt(&server, "lara", "lara-pw").await;
        assert_eq!((user_id(&after), username(&after)), (user_id(&before), &json!("Lara")));
        slapd.rename(&dn("lara"), "uid=lara", None).await;
        assert_eq!(user_id(&attempt(&server, "lara", "lara-pw").await), user_id(&before));
    }
}

#[tokio::test]
async fn attribute_of_the_id_can_be_chosen() {
    let slapd = Slapd::start();
    let server = server(with_id(&slapd, "employeeNumber")).await;
    slapd.replace("lara", "employeeNumber", &["7"]).await;
    let before = attempt(&server, "lara", "lara-pw").await;
    // As if the directory was filled again and assigned other ids.
    slapd.delete(&dn("lara")).await;
    slapd.add(&dn("zora"), "zora", "zora-pw").await;
    slapd.replace("zora", "employeeNumber", &["7"]).await;
    assert_eq!(user_id(&attempt(&server, "zora", "zora-pw").await), user_id(&before));
    slapd.replace("zora", "employeeNumber", &["8"]).await;
    unauthorized(&attempt(&server, "zora", "zora-pw").await);
}

#[tokio::test]
async fn person_who_reuses_a_name_is_refused() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let before = attempt(&server, "lara", "lara-pw").await;
    slapd.delete(&dn("lara")).await;
    for dn in [dn("lara"), format!("cn=Another,{STAFF}")] {
        slapd.add(&dn, "lara", "other-pw").await;
        unauthorized(&attempt(&server, "lara", "other-pw").await);
        slapd.delete(&dn).await;
    }
    assert_eq!(find(&server, "lara").await.unwrap().id.as_str(), user_id(&before));
}

#[tokio::test]
async fn person_who_reuses_a_distinguished_name_gets_an_account_of_their_own() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let smith = format!("cn=Smith,{BASE}");
    slapd.add(&smith, "smith1", "pw-1").await;
    let first = attempt(&server, "smith1", "pw-1").await;
    slapd.rename(&smith, "cn=Smith", Some(STAFF)).await;
    slapd.add(&smith, "smith2", "pw-2").await;
    let second = attempt(&server, "smith2", "pw-2").await;
    assert_ne!(user_id(&first), user_id(&second));
    for (user, password, response) in [("smith1", "pw-1", &first), ("smith2", "pw-2", &second)] {
        assert_eq!(user_id(&attempt(&server, user, password).await), user_id(response));
    }
}

/// An earlier version of this program stored only the distinguished name.
#[tokio::test]
async fn account_without_an_id_gets_it_at_the_next_login() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let earlier = account("lara", &dn("lara"));
    add(&server, earlier.clone()).await;
    let response = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(user_id(&response), earlier.id.as_str());
    slapd.rename(&dn("lara"), "uid=laura", Some(STAFF)).await;
    assert_eq!(user_id(&attempt(&server, "laura", "lara-pw").await), earlier.id.as_str());
}

#[tokio::test]
async fn imported_account_gets_its_entry_at_the_first_login() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let imported = account("Lara", "rocketchat:61");
    add(&server, imported.clone()).await;
    assert_eq!(user_id(&attempt(&server, "lara", "lara-pw").await), imported.id.as_str());
    let learned = find(&server, "lara").await.unwrap();
    assert_eq!(learned.directory_dn, Some(dn("lara")));
    assert!(learned.directory_id.unwrap().as_str().starts_with("entryuuid:"));
    slapd.delete(&dn("lara")).await;
    slapd.add(&dn("lara"), "lara", "other-pw").await;
    unauthorized(&attempt(&server, "lara", "other-pw").await);
}

/// Otherwise an attacker could start again with each name that the directory has for an entry.
#[tokio::test]
async fn guesses_are_counted_together_while_an_entry_moves() {
    let slapd = Slapd::start();
    let ldap: ConfigLdap = slapd.config(None);
    let server = TestServer::builder()
        .config(|config| {
            config.ldap = Some(ldap);
            config.lockout.account_failures = 3;
        })
        .start()
        .await
        .unwrap();
    for round in 0..2 {
        unauthorized(&attempt(&server, "  lara", "no").await);
        unauthorized(&attempt(&server, " lara", "no").await);
        let parent = if round == 0 { STAFF } else { BASE };
        let from = if round == 0 { BASE } else { STAFF };
        slapd.rename(&format!("uid=lara,{from}"), "uid=lara", Some(parent)).await;
        unauthorized(&attempt(&server, "lara ", "no").await);
        unauthorized(&attempt(&server, "lara", "lara-pw").await);
        server.clock().advance(Duration::from_secs(301));
        // Before the account exists, and after.
        assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    }
}

/// As after a directory was replaced by another one, which assigns other ids.
#[tokio::test]
async fn manually_linked_account_belongs_to_the_entry() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let before = attempt(&server, "lara", "lara-pw").await;
    slapd.delete(&dn("lara")).await;
    slapd.add(&dn("lara"), "lara", "other-pw").await;
    unauthorized(&attempt(&server, "lara", "other-pw").await);
    // What `account link` does, on the database of this server.
    let id = find(&server, "lara").await.unwrap().id;
    assert!(server.store().set_directory_entry(&id, &dn("lara"), None).await.unwrap());
    assert_eq!(user_id(&attempt(&server, "lara", "other-pw").await), user_id(&before));
}
