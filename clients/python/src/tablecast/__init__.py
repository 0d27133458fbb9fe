"""Receives the events of tablecast: typed, in order, each once. After a lost connection, it resumes.

```python
async with tablecast.Client("wss://...", token=get_token) as client:
    async for item in client.subscribe("orders/acme/*"):
        print(item)
```
"""

from .client import Client
from .collection import Collection, CollectionChange, CollectionStatus
from .errors import Closed, Incomplete, InvalidEvent, Refused, StoreError, TablecastError
from .machine.delivery import Gap
from .machine.effect import State
from .models import Models
from .protocol.event import Event
from .stores import FileStore, MemoryStore, Store
from .subscription import Item, Subscription
from .sync import Events, events, state

__all__ = [
    "Client",
    "Closed",
    "Collection",
    "CollectionChange",
    "CollectionStatus",
    "Event",
    "Events",
    "FileStore",
    "Gap",
    "Incomplete",
    "InvalidEvent",
    "Item",
    "MemoryStore",
    "Models",
    "Refused",
    "State",
    "Store",
    "StoreError",
    "Subscription",
    "TablecastError",
    "events",
    "state",
]
