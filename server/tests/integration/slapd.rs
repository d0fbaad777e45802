//! A real directory: OpenLDAP's slapd in a temporary folder, on free ports.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use login_server::{
    Secret,
    config::{ConfigLdap, ConfigLdapAttributes, LdapSecurity},
    testing::{Service, Signal, find_program, run_to_end, service_folder},
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::pki::Authority;

const SCHEMAS: &str = "/etc/ldap/schema";
const MODULES: &str = "/usr/lib/ldap";
pub(crate) const BASE: &str = "ou=people,dc=example,dc=org";
pub(crate) const STAFF: &str = "ou=staff,ou=people,dc=example,dc=org";

/// The entries of the directory. Only `lara` has her password; two entries share an address.
const ENTRIES: &str = "\
dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n\
dn: cn=reader,dc=example,dc=org\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n\
cn: reader\nuserPassword: reader-pw\n\n\
dn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: people\n\n\
dn: ou=staff,ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: staff\n\n\
dn: uid=lara,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: lara\ncn: Lara\nsn: L\n\
mail: lara@example.org\nuserPassword: lara-pw\n\n\
dn: uid=max,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: max\ncn: Max\nsn: M\n\
mail: max@example.org\nuserPassword: max-in-the-directory\n\n\
dn: uid=one,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: one\ncn: One\nsn: T\n\
mail: twins@example.org\nuserPassword: twin-pw\n\n\
dn: uid=two,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: two\ncn: Two\nsn: T\n\
mail: twins@example.org\nuserPassword: twin-pw\n\n\
dn: cn=Spaced,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\n\
uid: two words\ncn: Spaced\nsn: S\nmail: spaced@example.org\nuserPassword: spaced-pw\n\n\
dn: cn=Odd,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\n\
uid: o(d)d*\\name\ncn: Odd\nsn: O\nuserPassword: odd-pw\n";

/// An slapd, which may be stopped temporarily.
pub(crate) struct Slapd {
    folder: TempDir,
    program: PathBuf,
    plain: u16,
    tls: u16,
    authority: Authority,
    service: Option<Service>,
}

impl Slapd {
    pub(crate) fn start() -> Self {
        let sbin = [PathBuf::from("/usr/sbin")];
        let program = find_program("LOGIN_TEST_SLAPD", "slapd", &sbin).unwrap();
        let folder = service_folder().unwrap();
        let authority = Authority::new();
        authority.write_root(folder.path());
        authority.issue(folder.path(), "slapd");
        let shown = folder.path().display();
        // With `bind_anon_dn`, a bind without a password succeeds, as in many directories. If the
        // server sent one, it would let everybody in, and these tests would fail.
        let configuration = format!(
            "include {SCHEMAS}/core.schema\ninclude {SCHEMAS}/cosine.schema\n\
             include {SCHEMAS}/inetorgperson.schema\nmodulepath {MODULES}\nmoduleload back_mdb\n\
             allow bind_anon_dn\n\
             TLSCACertificateFile {shown}/root.pem\nTLSCertificateFile {shown}/slapd.pem\n\
             TLSCertificateKeyFile {shown}/slapd.key\n\
             database mdb\nsuffix \"dc=example,dc=org\"\nrootdn \"cn=root,dc=example,dc=org\"\n\
             rootpw root-pw\ndirectory {shown}\nmaxsize 10485760\n\
             access to attrs=userPassword by anonymous auth by * none\n\
             access to * by dn.exact=\"cn=reader,dc=example,dc=org\" read by anonymous auth\n"
        );
        std::fs::write(folder.path().join("slapd.conf"), configuration).unwrap();
        std::fs::write(folder.path().join("entries.ldif"), ENTRIES).unwrap();
        let add = ["-T", "add", "-f", "slapd.conf", "-l", "entries.ldif"];
        run_to_end(&program, add, folder.path()).unwrap();
        let mut slapd = Self { folder, program, plain: 0, tls: 0, authority, service: None };
        // Another process may take the port before slapd does.
        for _ in 0..5 {
            let free = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
            [slapd.plain, slapd.tls] =
                free.each_ref().map(|listener| listener.local_addr().unwrap().port());
            drop(free);
            if slapd.run() {
                return slapd;
            }
        }
        panic!("{}", std::fs::read_to_string(slapd.folder.path().join("log")).unwrap());
    }

    /// Stops slapd cleanly, which closes its connections.
    pub(crate) fn stop(&mut self) {
        self.service.take().unwrap().stop();
    }

    /// Starts slapd again on the same ports.
    pub(crate) fn resume(&mut self) {
        assert!(self.run(), "slapd does not start again");
    }

    fn run(&mut self) -> bool {
        let urls = format!("ldap://127.0.0.1:{}/ ldaps://127.0.0.1:{}/", self.plain, self.tls);
        let arguments = ["-d", "0", "-f", "slapd.conf", "-h", &urls];
        let folder = self.folder.path();
        let mut service = Service::start(&self.program, arguments, folder, Signal::INT).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.tls)).is_err() {
            if service.has_ended() || Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.service = Some(service);
        true
    }

    pub(crate) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.plain).into()
    }

    /// The configuration for plain LDAP, through a proxy at this address if there is one.
    pub(crate) fn config(&self, by_way_of: Option<SocketAddr>) -> ConfigLdap {
        ConfigLdap {
            url: format!("ldap://{}", by_way_of.unwrap_or(self.address())),
            security: LdapSecurity::Url,
            root_certificate: None,
            bind_dn: Some("cn=reader,dc=example,dc=org".to_owned()),
            bind_password: Some(Secret::from("reader-pw")),
            base_dn: BASE.to_owned(),
            filter: "(&(objectClass=inetOrgPerson)(|(uid={login})(mail={login})))".to_owned(),
            attributes: ConfigLdapAttributes::default(),
            timeout_seconds: 1,
            connections: 2,
            fallback: false,
        }
    }

    pub(crate) fn ldaps(&self) -> ConfigLdap {
        ConfigLdap {
            url: format!("ldaps://localhost:{}", self.tls),
            root_certificate: Some(self.folder.path().join("root.pem")),
            ..self.config(None)
        }
    }

    pub(crate) fn start_tls(&self) -> ConfigLdap {
        ConfigLdap {
            url: format!("ldap://localhost:{}", self.plain),
            security: LdapSecurity::StartTls,
            root_certificate: Some(self.folder.path().join("root.pem")),
            ..self.config(None)
        }
    }

    /// The authority of slapd's certificates.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Replaces the values of an attribute.
    pub(crate) async fn replace(&self, uid: &str, attribute: &str, values: &[&str]) {
        let change = ldap3::Mod::Replace(attribute, values.iter().copied().collect());
        let mut ldap = self.administrator().await;
        ldap.modify(&dn(uid), vec![change]).await.unwrap().success().unwrap();
    }

    /// Changes the relative distinguished name of an entry, and its parent if one is given.
    pub(crate) async fn rename(&self, dn: &str, rdn: &str, parent: Option<&str>) {
        let mut ldap = self.administrator().await;
        ldap.modifydn(dn, rdn, true, parent).await.unwrap().success().unwrap();
    }

    pub(crate) async fn delete(&self, dn: &str) {
        self.administrator().await.delete(dn).await.unwrap().success().unwrap();
    }

    /// Adds a person.
    pub(crate) async fn add(&self, dn: &str, uid: &str, password: &str) {
        let attributes = [
            ("objectClass", "inetOrgPerson"),
            ("uid", uid),
            ("cn", uid),
            ("sn", uid),
            ("userPassword", password),
        ];
        let attributes = attributes.map(|(name, value)| (name, [value].into()));
        let mut ldap = self.administrator().await;
        ldap.add(dn, attributes.to_vec()).await.unwrap().success().unwrap();
    }

    async fn administrator(&self) -> ldap3::Ldap {
        let url = format!("ldap://{}", self.address());
        let (connection, mut ldap) = ldap3::LdapConnAsync::new(&url).await.unwrap();
        tokio::spawn(connection.drive());
        let root = "cn=root,dc=example,dc=org";
        ldap.simple_bind(root, "root-pw").await.unwrap().success().unwrap();
        ldap
    }
}

/// The initial distinguished name of a user.
pub(crate) fn dn(uid: &str) -> String {
    format!("uid={uid},{BASE}")
}

/// A proxy between a client and the directory that can delay, hold back or change data.
#[derive(Clone, Default)]
pub(crate) struct Proxy {
    delay_millis: Arc<AtomicU64>,
    silent: Arc<AtomicBool>,
    max_connections: Arc<AtomicU64>,
    bind_refusal: Arc<AtomicU8>,
}

/// The BER encoding of a bind response up to the result code.
const BIND_RESULT: &[u8] = &[0x61, 0x07, 0x0a, 0x01];
const INVALID_CREDENTIALS: u8 = 49;

impl Proxy {
    /// Starts to listen and returns the address.
    pub(crate) async fn start(&self, to: SocketAddr) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = self.clone();
        tokio::spawn(async move {
            let mut connections = 0;
            while let Ok((client, _)) = listener.accept().await {
                let max = proxy.max_connections.load(Ordering::Relaxed);
                connections += 1;
                if max > 0 && connections > max {
                    continue;
                }
                let Ok(server) = tokio::net::TcpStream::connect(to).await else { continue };
                let (client, server) = (client.into_split(), server.into_split());
                tokio::spawn(proxy.clone().pass(client.0, server.1));
                tokio::spawn(proxy.clone().pass(server.0, client.1));
            }
        });
        address
    }

    /// Delays each chunk of data by this time.
    pub(crate) fn delay(&self, by: Duration) {
        self.delay_millis.store(u64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }

    /// Keeps connections open but forwards nothing.
    pub(crate) fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::Relaxed);
    }

    /// Accepts this many connections in total; later ones are closed.
    pub(crate) fn connect_at_most(&self, connections: u64) {
        self.max_connections.store(connections, Ordering::Relaxed);
    }

    /// Replaces the result code of a bind with a wrong password.
    pub(crate) fn refuse_binds_with(&self, code: u8) {
        self.bind_refusal.store(code, Ordering::Relaxed);
    }

    fn change(&self, piece: &mut [u8]) {
        let code = self.bind_refusal.load(Ordering::Relaxed);
        let refusal = [BIND_RESULT, &[INVALID_CREDENTIALS]].concat();
        let at = piece.windows(refusal.len()).position(|window| window == refusal);
        if let (1.., Some(at)) = (code, at) {
            piece[at + BIND_RESULT.len()] = code;
        }
    }

    async fn pass(
        self,
        mut from: tokio::net::tcp::OwnedReadHalf,
        mut to: tokio::net::tcp::OwnedWriteHalf,
    ) {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            let delay = self.delay_millis.load(Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(delay)).await;
            while self.silent.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            self.change(&mut piece[..length]);
            if to.write_all(&piece[..length]).await.is_err() {
                break;
            }
        }
    }
}
