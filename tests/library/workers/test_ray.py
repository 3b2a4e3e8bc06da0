from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import shards

from extras import needing
from nijigen.library.workers.ray import Ray

COUNT = 40
pytestmark = [
    pytest.mark.slow,
    needing("ray"),
    # Ray leaves files and sockets open when a node is killed.
    pytest.mark.filterwarnings("ignore"),
]


def test_nothing_is_lost_if_one_of_two_machines_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ray.cluster_utils import Cluster

    own = str(Path(__file__).parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([own, *sys.path]))
    # On the loopback interface, which nobody else can reach; Ray replaces 127.0.0.1.
    node = {"num_cpus": 1, "node_ip_address": "127.0.0.2", "object_store_memory": 100 << 20}
    cluster = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, **node})
    other = cluster.add_node(**node)
    workers = Ray(cluster.address)
    try:
        given = [(number, str(tmp_path)) for number in range(COUNT)]
        found, processes = [], set()
        for one in workers.map_shards(shards.slow, given):
            found.append(one)
            processes = {text for path in tmp_path.iterdir() for text in path.read_text().split()}
            if other is not None and len(processes) == 2:
                # Both have begun shards, and have the next ones.
                cluster.remove_node(other, allow_graceful=False)
                other = None
        assert other is None, "only one machine has worked"
        assert found == [(shard, shard[0] ** 2) for shard in given]
    finally:
        workers.close()
        cluster.shutdown()
