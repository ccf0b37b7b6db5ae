"""Addresses of the tenant file and of moving in."""

from django.urls import path

from core.urls import record_urls
from tenants.models import Breach, Circular, Correspondence, Defect, DirectoryOrder, FileItem, GoodsMove, HandbookText, MoveIn, Tenant
from tenants.views import correspondence, defect_photos, directory, file, handbooks, imports, merging, move_in, tenant, wizard

app_name = "tenants"

tenant_urls = [
    *record_urls(
        "tenants", "tenant", model=Tenant, list_view=tenant.tenant_list, new_view=tenant.tenant_new, detail_view=tenant.tenant_detail
    ),
    path("tenants/pick/", tenant.tenant_picker, name="tenant_picker"),
    path("tenants/quality/", tenant.quality, name="quality"),
    path("tenants/<int:pk>/edit/", tenant.tenant_edit, name="tenant_edit"),
    path("tenants/<int:pk>/merge/", merging.choose, name="tenant_merge_choose"),
    path("tenants/<int:pk>/merge/<int:other>/", merging.merge, name="tenant_merge"),
    path("merges/<int:pk>/undo/", merging.unmerge, name="tenant_unmerge"),
    path("tenants/<int:pk>/tab/<slug:tab>/", tenant.tenant_tab, name="tenant_tab"),
    path("tenants/<int:pk>/reveal/", tenant.tenant_reveal, name="tenant_reveal"),
    path("tenants/<int:pk>/sort-file/", tenant.file_sort, name="file_sort"),
    path("tenants/<int:pk>/contacts/new/", tenant.contact_new, name="contact_new"),
    path("tenants/<int:pk>/people/new/", tenant.person_new, name="person_new"),
    path("tenants/<int:pk>/leases/new/", tenant.lease_new, name="lease_new"),
    path("tenants/<int:pk>/cards/new/", directory.card_new, name="card_new"),
    path("contacts/<int:pk>/edit/", tenant.contact_edit, name="contact_edit"),
    path("people/<int:pk>/pass/", tenant.person_pass, name="person_pass"),
    path("people/<int:pk>/reveal/", tenant.person_reveal, name="person_reveal"),
    path("leases/", tenant.lease_list, name="lease_list"),
    path("leases/<int:pk>/edit/", tenant.lease_edit, name="lease_edit"),
    path("leases/<int:pk>/end/", tenant.lease_terminate, name="lease_terminate"),
    path("leases/<int:pk>/void/", tenant.lease_void, name="lease_void"),
]
file_urls = [
    *record_urls("file-items", "file_item", model=FileItem, list_view=file.item_list, detail_view=file.item_detail),
    path("file-parts/", file.part_list, name="file_part_list"),
    path("file-parts/<int:pk>/edit/", file.part_edit, name="file_part_edit"),
    path("file-parts/<int:pk>/documents/new/", file.item_new, name="file_item_new"),
    path("file-items/<int:pk>/uses/new/", file.use_new, name="file_use_new"),
    path("file-uses/<int:pk>/return/", file.use_return, name="file_use_return"),
]
letter_urls = [
    *record_urls(
        "correspondence",
        "correspondence",
        model=Correspondence,
        list_view=correspondence.correspondence_list,
        new_view=correspondence.correspondence_new,
        detail_view=correspondence.correspondence_detail,
    ),
    *record_urls(
        "circulars",
        "circular",
        model=Circular,
        list_view=correspondence.circular_list,
        new_view=correspondence.circular_new,
        detail_view=correspondence.circular_detail,
    ),
    path("circular-deliveries/<int:pk>/", correspondence.delivery, name="circular_delivery"),
    *record_urls(
        "breaches",
        "breach",
        model=Breach,
        list_view=correspondence.breach_list,
        new_view=correspondence.breach_new,
        detail_view=correspondence.breach_detail,
    ),
]
board_urls = [
    path("board/", directory.board, name="board"),
    *record_urls(
        "directory-orders",
        "directory_order",
        model=DirectoryOrder,
        list_view=directory.directory_order_list,
        new_view=directory.directory_order_new,
        detail_view=directory.directory_order_detail,
    ),
    path("cards/", directory.card_list, name="card_list"),
    path("cards/pick/", directory.customer_card_picker, name="customer_card_picker"),
    path("access-cards/pick/", directory.access_card_picker, name="access_card_picker"),
    path("cards/<int:pk>/return/", directory.card_return, name="card_return"),
    *record_urls(
        "goods-moves",
        "goods_move",
        model=GoodsMove,
        list_view=directory.goods_move_list,
        new_view=directory.goods_move_new,
        detail_view=directory.goods_move_detail,
    ),
]
import_urls = [
    path("import/", imports.upload, name="import"),
    path("import/blank.xlsx", imports.blank, name="import_blank"),
    path("import/<uuid:token>/", imports.preview, name="import_preview"),
    path("import/jobs/<int:pk>/", imports.status, name="import_status"),
]
handbook_urls = record_urls(
    "handbooks", "handbook", model=HandbookText, list_view=handbooks.handbook_list, detail_view=handbooks.handbook_detail
)

move_in_urls = [
    *record_urls(
        "move-ins",
        "move_in",
        model=MoveIn,
        list_view=move_in.move_in_list,
        new_view=move_in.move_in_new,
        detail_view=move_in.move_in_detail,
    ),
    path("move-ins/<int:pk>/handover/<slug:section>/", wizard.handover, name="handover"),
    path("move-ins/<int:pk>/briefing/", move_in.briefing, name="briefing"),
    path("move-ins/papers/<int:pk>/", move_in.paper, name="move_in_paper"),
    *record_urls("defects", "defect", model=Defect, list_view=move_in.defect_list, detail_view=move_in.defect_detail),
    path("defects/<int:pk>/photos/", defect_photos.defect_photos, name="defect_photos"),
]

urlpatterns = [*tenant_urls, *file_urls, *letter_urls, *board_urls, *handbook_urls, *import_urls, *move_in_urls]
