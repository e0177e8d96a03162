"""Where presigned uploads come in and saved assets are looked after: what the routes talk to."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlencode

import msgspec

from studio.contract.uploads import MAX_UPLOAD_BYTES, SavedAsset, Slot, UploadForm
from studio.engine.store.assets import Asset, AssetStore
from studio.engine.store.database import Database
from studio.engine.uploads.inlet import Inlet, Inlets
from studio.engine.uploads.library import AssetLibrary
from studio.engine.uploads.policy import Policy, Signer
from studio.engine.uploads.refusals import UploadRefused
from studio.engine.uploads.slots import UploadSlots

STORAGE = "/v1/storage"
"""Path of the storage: posts of forms, and under it the addresses of single files."""


class UploadDesk:
    """Gives out upload addresses and takes the files."""

    def __init__(self, store: AssetStore, database: Database, signer: Signer) -> None:
        self.slots = UploadSlots(database, store)
        self.library = AssetLibrary(database, store, self.slots)
        self._inlets = Inlets(store)
        self._signer = signer

    def form(self, base_url: str, owner: str, slot: Slot, types: tuple[str, ...], content_type: str) -> UploadForm:
        """Return the form that stores one file in *slot*."""
        fields = self._signer.fields(Policy(owner, slot, types, content_type))
        url = base_url + STORAGE
        return UploadForm(url, fields, allowed_content_types=list(types), upload_url=url)

    def put_url(self, base_url: str, owner: str, slot: Slot, types: tuple[str, ...], content_type: str) -> str:
        """Return the address to which one file for *slot* may be PUT."""
        return self._put_url(base_url, Policy(owner, slot, types, content_type))

    def saved_upload(self, base_url: str, owner: str, saved: SavedAsset) -> SavedAsset:
        """Return *saved* with the address and the headers that its bytes are PUT with."""
        policy = Policy(
            owner,
            Slot(saved.id, "saved"),
            types=(saved.content_type,),
            content_type=saved.content_type,
            saved_id=saved.id,
        )
        headers = {"Content-Type": saved.content_type, "If-None-Match": "*"}
        return msgspec.structs.replace(saved, upload_url=self._put_url(base_url, policy), upload_headers=headers)

    async def take_form(self, pieces: AsyncGenerator[bytes, None], content_type: str) -> Asset:
        """Take in a posted form.

        Raises:
            UploadRefused: it is not kept, and nothing of it remains.
            OSError: it cannot be written.
        """
        from studio.engine.uploads.form import Form  # the parser is not needed before the first upload

        form = Form(pieces, content_type, MAX_UPLOAD_BYTES)
        async with aclosing(form):
            await form.read_fields()
            policy = self._signer.read(form.fields.get("policy"), form.fields.get("x-amz-signature"), "POST")
            policy.check_fields(form.fields)
            declared = policy.content_type or form.fields.get("Content-Type") or form.content_type
            policy.check_type(declared)
            async with self._inlets.open(policy.limit_bytes) as inlet:
                async for piece in form.file():
                    await inlet.add(piece)
                return await self._keep(policy, inlet, declared, form.filename)

    def read_put(self, text: str | None, signature: str | None, content_type: str) -> Policy:
        """Return what a PUT may store.

        Raises:
            UploadRefused: its address is wrong or expired, or it announces another type.
        """
        policy = self._signer.read(text, signature, "PUT")
        policy.check_type(content_type)
        return policy

    async def take_put(self, pieces: AsyncGenerator[bytes, None], policy: Policy, content_type: str) -> Asset:
        """Take in the bytes of a PUT.

        Raises:
            UploadRefused: they are not kept, and nothing of them remains.
            AlreadyWritten: a saved asset that is there already.
            OSError: they cannot be written.
        """
        if policy.saved_id:
            return await self._take_saved(pieces, policy, content_type)
        declared = policy.content_type or content_type
        async with self._inlets.open(policy.limit_bytes) as inlet:
            async for piece in pieces:
                await inlet.add(piece)
            return await self._keep(policy, inlet, declared, policy.slot.type)

    async def _take_saved(self, pieces: AsyncGenerator[bytes, None], policy: Policy, content_type: str) -> Asset:
        if content_type != policy.content_type:
            raise UploadRefused("AccessDenied", "Send exactly the uploadHeaders that came with this address.")
        saved = await self.library.awaited(policy.owner, policy.saved_id)
        with self.library.writing(saved.id):
            async with self._inlets.open(policy.limit_bytes) as inlet:
                async for piece in pieces:
                    await inlet.add(piece)
                if inlet.size_bytes != saved.bytes or await inlet.sha256() != saved.sha256:
                    raise UploadRefused("BadDigest", "These are not the bytes that were announced.")
                mime = await inlet.judge(policy.types, policy.content_type)
                asset = await inlet.keep(policy.owner, mime, saved.name)
            await self.library.stored(policy.owner, saved.id, asset)
        return asset

    async def _keep(self, policy: Policy, inlet: Inlet, declared: str, filename: str) -> Asset:
        opaque = declared.partition(";")[0].strip().lower() in ("", "application/octet-stream")
        mime = await inlet.judge(policy.types, None if opaque else declared)
        asset = await inlet.keep(policy.owner, mime, filename)
        await self.slots.put(policy.owner, policy.slot, asset.id)
        return asset

    def _put_url(self, base_url: str, policy: Policy) -> str:
        text, signature = self._signer.token(policy, "PUT")
        return f"{base_url}{STORAGE}/file?{urlencode({'policy': text, 'signature': signature})}"
