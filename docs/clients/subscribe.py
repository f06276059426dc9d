"""A subscriber in Python (kafka-python): the current state of every article, then each new version.

pip install kafka-python zstandard
python subscribe.py 127.0.0.1:19092 articles.enriched.v1 my-service
"""

import json
import sys

from kafka import KafkaConsumer

servers, topic, group = sys.argv[1:]
consumer = KafkaConsumer(
    topic,
    bootstrap_servers=servers,
    group_id=group,  # Kafka remembers how far this group has come
    isolation_level="read_committed",  # nothing of a transaction that is aborted
    auto_offset_reset="earliest",  # a new group begins with the state of everything
    enable_auto_commit=False,
    max_partition_fetch_bytes=16 * 1024 * 1024,
)
for message in consumer:
    article = json.loads(message.value)
    people = [entity["name"] for entity in article["entities"] if entity["type"] == "person"]
    print(article["id"], article["version_id"], article["headline"], people, flush=True)
    consumer.commit()  # what is done is done; after a crash the last article comes once more
