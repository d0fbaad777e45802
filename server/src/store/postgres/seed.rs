//! Fills an empty database quickly.

use super::{
    super::{
        Result, StoreError,
        row::{ProfileJson, kind_text},
        seed::Seed,
    },
    PostgresStore,
    database::store_error,
};
use crate::accounts::fold;

/// The number of rows per statement.
const CHUNK_ROWS: usize = 5000;

impl PostgresStore {
    /// Fills the database, which must be empty.
    ///
    /// # Errors
    ///
    /// The database is not empty or not available.
    pub async fn seed(&self, seed: &Seed) -> Result<()> {
        for numbers in seed.numbers_by_id().chunks(CHUNK_ROWS) {
            self.seed_accounts(seed, numbers).await?;
        }
        for sessions in seed.sessions_by_token().chunks(CHUNK_ROWS) {
            let hashes: Vec<String> = sessions.iter().map(|(hash, _)| hash.to_base64()).collect();
            let ids: Vec<String> =
                sessions.iter().map(|&(_, account)| Seed::id(account).to_string()).collect();
            let sql = "INSERT INTO sessions (token_hash, account_id, issued_at)
                 SELECT hash, id, $3::BIGINT FROM unnest($1::TEXT[], $2::TEXT[]) AS s (hash, id)";
            self.database.execute(sql, &[&hashes, &ids, &seed.issued_at.as_millis()]).await?;
        }
        // Without statistics, the planner assumes that the tables are small.
        let connection = self.database.connection().await?;
        connection.batch_execute("ANALYZE").await.map_err(store_error)
    }

    async fn seed_accounts(&self, seed: &Seed, numbers: &[u32]) -> Result<()> {
        let (mut ids, mut usernames, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let (mut emails, mut addresses) = (Vec::new(), Vec::new());
        let mut roles = String::new();
        for &number in numbers {
            let account = seed.account(number);
            let json = ProfileJson::try_from(&account.profile)?;
            ids.push(account.id.to_string());
            usernames.push(account.profile.username);
            names.push(account.profile.name);
            emails.push(json.emails);
            addresses.extend(account.profile.emails.iter().map(|email| fold(&email.address)));
            roles = json.roles;
        }
        let (password, kind) = (seed.password.expose(), kind_text(&seed.password));
        let accounts = "INSERT INTO accounts (id, username, username_folded, name, emails, roles,
                 utc_offset, active, password_hash, hash_kind, totp_last_step)
             SELECT id, username, username, name, emails, $5, 1, TRUE, $6, $7::TEXT, 0
             FROM unnest($1::TEXT[], $2::TEXT[], $3::TEXT[], $4::TEXT[])
                 AS a (id, username, name, emails)";
        let addressed = "INSERT INTO account_emails (address_folded, account_id)
             SELECT address, id FROM unnest($1::TEXT[], $2::TEXT[]) AS e (address, id)";
        if addresses.len() != ids.len() {
            return Err(StoreError::broken("each seeded account has one address"));
        }
        self.database
            .transaction(&[
                (accounts, &[&ids, &usernames, &names, &emails, &roles, &password, &kind]),
                (addressed, &[&addresses, &ids]),
            ])
            .await
            .map(drop)
    }
}
