//! The queue of hashes: their order, and who may wait in it.

use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr},
};

use crate::{accounts::Identity, client_network::network};

/// The share of the queue that one network may hold is one in this number.
const NETWORK_SHARE: usize = 2;
/// The share of the queue that one name may hold is one in this number.
const NAME_SHARE: usize = 4;

/// The origin of a hash: the client's network and the name it logs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requester {
    network: IpAddr,
    /// The name as the client sent it, in lower case. Different names of one account count
    /// separately, because a refusal would otherwise reveal that they belong together.
    name: String,
}

/// The waiting jobs, grouped by network and name.
///
/// Networks take turns, and so do the names within a network. A job waits for at most one job of
/// each other waiting network, not for all jobs of a client. Jobs of the same network and name keep
/// their order.
///
/// A network holds at most half of the places and a name at most a quarter, but at least one place
/// each. When there is no free place, a new job can displace the last job of the largest holder, if
/// that holder would still hold more than the new job's own network or name. To keep others out, an
/// attacker would need as many networks as the queue has places.
pub(super) struct FairQueue<J> {
    places: usize,
    /// The networks in the order of their turns. No network and no name is empty.
    networks: VecDeque<Network<J>>,
}

struct Network<J> {
    address: IpAddr,
    /// The names in the order of their turns.
    names: VecDeque<Name<J>>,
}

struct Name<J> {
    name: String,
    jobs: VecDeque<J>,
}

/// The outcome of adding a job to the queue.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pushed<J> {
    /// The job waits.
    Queued,
    /// The job waits in the place of this one.
    Displaced(J),
    /// There is no place for the job.
    Refused(J),
}

impl Requester {
    /// A client that logs in under this identity.
    pub fn new(address: IpAddr, identity: &Identity) -> Self {
        Self { network: network(address), name: identity.folded() }
    }

    /// The program itself, or a command of the operator.
    pub fn own() -> Self {
        Self { network: Ipv4Addr::UNSPECIFIED.into(), name: String::new() }
    }
}

// Linear searches are fast enough: the queue has some hundred places, and a hash takes longer than
// a hundred thousand comparisons.
impl<J> FairQueue<J> {
    pub(super) fn new(places: usize) -> Self {
        Self { places, networks: VecDeque::new() }
    }

    /// Removes and returns the next job.
    pub(super) fn pop(&mut self) -> Option<J> {
        let mut network = self.networks.pop_front()?;
        let mut name = network.names.pop_front()?;
        let job = name.jobs.pop_front();
        if !name.jobs.is_empty() {
            network.names.push_back(name);
        }
        if !network.names.is_empty() {
            self.networks.push_back(network);
        }
        job
    }

    /// Adds a job if there is a place for it.
    pub(super) fn push(&mut self, requester: Requester, job: J) -> Pushed<J> {
        let Requester { network, name } = &requester;
        let count = |of: &dyn Fn(&Flow<'_, J>) -> bool| -> usize {
            self.flows().filter(of).map(|flow| flow.name.jobs.len()).sum()
        };
        let of_network = count(&|flow| flow.network.address == *network);
        let of_name = count(&|flow| flow.name.name == *name);
        let network_is_full = of_network >= self.places.div_ceil(NETWORK_SHARE);
        let name_is_full = of_name >= self.places.div_ceil(NAME_SHARE);
        let share_is_full = network_is_full || name_is_full;
        if !share_is_full && count(&|_| true) < self.places {
            self.enqueue(requester, job);
            return Pushed::Queued;
        }
        // Candidates share the network or the name that is full. Within it, compare the jobs of
        // each network and name; otherwise compare whole networks.
        let helps = |flow: &Flow<'_, J>| {
            (!network_is_full || flow.network.address == *network)
                && (!name_is_full || flow.name.name == *name)
        };
        let holds = |flow: &Flow<'_, J>| match (share_is_full, flow.name.jobs.len()) {
            (true, jobs) => (jobs, jobs),
            (false, jobs) => (flow.network.job_count(), jobs),
        };
        let own = if share_is_full {
            count(&|flow| flow.network.address == *network && flow.name.name == *name)
        } else {
            of_network
        };
        let most = self.flows().filter(helps).max_by_key(holds);
        let Some(most) = most.filter(|most| holds(most).0 > own + 1) else {
            return Pushed::Refused(job);
        };
        let (address, name) = (most.network.address, most.name.name.clone());
        let displaced = self.take_last(address, &name);
        self.enqueue(requester, job);
        displaced.map_or(Pushed::Queued, Pushed::Displaced)
    }

    fn flows(&self) -> impl Iterator<Item = Flow<'_, J>> {
        self.networks
            .iter()
            .flat_map(|network| network.names.iter().map(move |name| Flow { network, name }))
    }

    fn enqueue(&mut self, Requester { network, name }: Requester, job: J) {
        let names = match self.networks.iter().position(|known| known.address == network) {
            Some(index) => &mut self.networks[index].names,
            None => {
                self.networks.push_back(Network { address: network, names: VecDeque::new() });
                let last = self.networks.len() - 1;
                &mut self.networks[last].names
            }
        };
        match names.iter_mut().find(|known| known.name == name) {
            Some(known) => known.jobs.push_back(job),
            None => names.push_back(Name { name, jobs: VecDeque::from([job]) }),
        }
    }

    fn take_last(&mut self, address: IpAddr, name: &str) -> Option<J> {
        let network = self.networks.iter_mut().find(|network| network.address == address)?;
        let job = network.names.iter_mut().find(|known| known.name == name)?.jobs.pop_back();
        network.names.retain(|name| !name.jobs.is_empty());
        self.networks.retain(|network| !network.names.is_empty());
        job
    }
}

/// The jobs of one name that come from one network.
struct Flow<'a, J> {
    network: &'a Network<J>,
    name: &'a Name<J>,
}

impl<J> Network<J> {
    fn job_count(&self) -> usize {
        self.names.iter().map(|name| name.jobs.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    type Queue = FairQueue<u32>;

    fn requester(network: u8, name: u8) -> Requester {
        let identity = Identity::Username(format!("user{name}"));
        Requester::new([192, 0, 2, network].into(), &identity)
    }

    /// Adds jobs of one requester, all of which must find a place.
    fn fill(queue: &mut Queue, requester: &Requester, jobs: impl IntoIterator<Item = u32>) {
        for job in jobs {
            assert_eq!(queue.push(requester.clone(), job), Pushed::Queued, "{job}");
        }
    }

    fn drain(queue: &mut Queue) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn networks_and_their_names_take_turns() {
        let mut queue = Queue::new(100);
        fill(&mut queue, &requester(1, 1), [110, 111, 112, 113]);
        fill(&mut queue, &requester(1, 2), [120, 121]);
        fill(&mut queue, &requester(2, 3), [230, 231]);
        assert_eq!(drain(&mut queue), [110, 230, 120, 231, 111, 121, 112, 113]);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let identity = Identity::Username("al".to_owned());
        let requester = |text: &str| Requester::new(text.parse().unwrap(), &identity);
        assert_eq!(requester("2001:db8:1:2::1"), requester("2001:db8:1:2::ffff"));
        assert_ne!(requester("2001:db8:1:2::1"), requester("2001:db8:1:3::1"));
    }

    #[test]
    fn network_holds_at_most_half_and_a_name_a_quarter() {
        let mut queue = Queue::new(8);
        fill(&mut queue, &requester(1, 1), [0, 1]);
        assert_eq!(queue.push(requester(1, 1), 2), Pushed::Refused(2), "the name");
        fill(&mut queue, &requester(1, 2), [3, 4]);
        assert_eq!(queue.push(requester(1, 2), 5), Pushed::Refused(5), "both");
        fill(&mut queue, &requester(2, 3), [6]);
        fill(&mut queue, &requester(3, 3), [7]);
        assert_eq!(queue.push(requester(4, 3), 8), Pushed::Refused(8), "a name of many networks");
    }

    #[test]
    fn new_job_displaces_the_last_job_of_the_largest_holder() {
        let mut queue = Queue::new(8);
        fill(&mut queue, &requester(1, 1), [10, 11]);
        fill(&mut queue, &requester(1, 2), [12, 13]);
        // The network holds its half, under other names.
        assert_eq!(queue.push(requester(1, 3), 14), Pushed::Displaced(13));
        // The name holds its quarter, in another network.
        assert_eq!(queue.push(requester(2, 1), 20), Pushed::Displaced(11));
        fill(&mut queue, &requester(1, 4), [15]);
        fill(&mut queue, &requester(2, 5), [21, 22]);
        fill(&mut queue, &requester(2, 6), [23]);
        // The queue is full, and the network holds no place.
        assert_eq!(queue.push(requester(3, 7), 30), Pushed::Displaced(22));
        assert_eq!(drain(&mut queue), [10, 20, 30, 12, 21, 14, 23, 15]);
    }

    #[test]
    fn as_many_networks_as_places_keep_others_out() {
        let mut queue = Queue::new(4);
        for network in 0..4 {
            fill(&mut queue, &requester(network, network), [network.into()]);
        }
        assert_eq!(queue.push(requester(9, 9), 9), Pushed::Refused(9));
    }

    #[test]
    fn smallest_queues_work() {
        assert_eq!(Queue::new(0).push(requester(1, 1), 1), Pushed::Refused(1));
        let mut queue = Queue::new(1);
        fill(&mut queue, &requester(1, 1), [1]);
        assert_eq!(queue.push(requester(2, 2), 2), Pushed::Refused(2));
        assert_eq!(drain(&mut queue), [1]);
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Push { network: u8, name: u8 },
        Pop,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let push = (0..5_u8, 0..5_u8).prop_map(|(network, name)| Step::Push { network, name });
        // More jobs come than go, so that the queue fills.
        prop::collection::vec(prop_oneof![3 => push, 1 => Just(Step::Pop)], 0..200)
    }

    /// A waiting job, and the number of other jobs taken since it came.
    #[derive(Clone, Copy)]
    struct Waiting {
        network: u8,
        name: u8,
        first_of_network: bool,
        networks_ahead: usize,
        pops: usize,
    }

    proptest! {
        #[test]
        fn shares_and_turns_hold_and_no_job_is_lost(places in 0..20_usize, steps in steps()) {
            let mut queue = Queue::new(places);
            let mut model: HashMap<u32, Waiting> = HashMap::new();
            let mut served: HashMap<(u8, u8), u32> = HashMap::new();
            for (job, step) in (0..).zip(steps) {
                match step {
                    Step::Push { network, name } => {
                        let networks: std::collections::HashSet<u8> =
                            model.values().map(|waiting| waiting.network).collect();
                        let waiting = Waiting {
                            network,
                            name,
                            first_of_network: !networks.contains(&network),
                            networks_ahead: networks.len(),
                            pops: 0,
                        };
                        match queue.push(requester(network, name), job) {
                            Pushed::Queued => prop_assert!(model.insert(job, waiting).is_none()),
                            Pushed::Displaced(other) => {
                                let gone = model.remove(&other);
                                prop_assert!(gone.is_some(), "{other} did not wait");
                                // It must be the last job of its network and name.
                                let gone = gone.unwrap();
                                let same = |w: &Waiting| (w.network, w.name) == (gone.network, gone.name);
                                prop_assert!(model.iter().all(|(&j, w)| !same(w) || j < other));
                                model.insert(job, waiting);
                            }
                            Pushed::Refused(same) => prop_assert_eq!(same, job),
                        }
                    }
                    Step::Pop => match queue.pop() {
                        None => prop_assert!(model.is_empty()),
                        Some(job) => {
                            let Waiting { network, name, first_of_network, networks_ahead, pops } =
                                model.remove(&job).expect("it waited");
                            let before = served.insert((network, name), job);
                            prop_assert!(before.is_none_or(|before| before < job), "out of order");
                            if first_of_network {
                                prop_assert!(pops <= networks_ahead, "{pops} pops went first");
                            }
                            model.values_mut().for_each(|waiting| waiting.pops += 1);
                        }
                    },
                }
                let max = |key: fn(&Waiting) -> u8| {
                    let count = |value| model.values().filter(|w| key(w) == value).count();
                    (0..5).map(count).max().unwrap_or(0)
                };
                prop_assert!(model.len() <= places);
                prop_assert!(max(|waiting| waiting.network) <= places.div_ceil(2));
                prop_assert!(max(|waiting| waiting.name) <= places.div_ceil(4));
            }
            let mut left = drain(&mut queue);
            left.sort_unstable();
            let mut expected: Vec<u32> = model.into_keys().collect();
            expected.sort_unstable();
            prop_assert_eq!(left, expected);
        }

        #[test]
        fn another_client_gets_in_while_one_floods_the_queue(
            places in 4..64_usize,
            names in 1..9_u8,
        ) {
            let mut queue = Queue::new(places);
            for job in 0..1000 {
                queue.push(requester(1, job as u8 % names), job);
            }
            let pushed = queue.push(requester(2, 100), 1000);
            prop_assert!(!matches!(pushed, Pushed::Refused(_)));
            let turns = drain(&mut queue);
            prop_assert!(turns[..2].contains(&1000), "{:?}", turns);
        }
    }
}
