"""Addresses of payments: the pages, where gateways knock, and the API."""

from django.urls import path

from payments import api
from payments.views import bank, contributions, dues, notices, pay, paypass, personal, retirement, standards, vouchers

urlpatterns = [
    path("standards/", standards.standards, name="standards"),
    path("me/bills/<slug:number>/", dues.bill, name="bill"),
    path("me/bills/<slug:number>/confirm/", dues.confirm, name="bill_confirm"),
    path("me/retirement/", retirement.page, name="retirement"),
    path("me/arrears/", dues.arrears, name="arrears"),
    path("pay/", pay.dues, name="pay"),
    path("pay/confirm/", pay.confirm, name="pay_confirm"),
    path("pay/orders/", pay.orders, name="payment_orders"),
    path("pay/orders/<slug:number>/", pay.order, name="payment_order"),
    path("pay/orders/<slug:number>/start/", pay.start, name="payment_start"),
    path("pay/orders/<slug:number>/result/", pay.result, name="payment_result"),
    path("pay/orders/<slug:number>/state/", pay.state, name="payment_state"),
    path("pay/orders/<slug:number>/ask/", pay.ask, name="payment_ask"),
    path("pay/orders/<slug:number>/cancel/", pay.cancel, name="payment_cancel"),
    path("pay/orders/<slug:number>/switch/", pay.switch, name="payment_switch"),
    path("pay/orders/<slug:number>/return/", notices.came_back, name="payment_return"),
    path("pay/notices/<slug:gateway>/", notices.notice, name="payment_notice"),
    path("me/personal-account/", personal.account, name="personal_account"),
    path("me/family-sharing/", personal.sharing, name="family_sharing"),
    path("me/payment-password/", paypass.show, name="payment_password"),
    path("me/payment-password/set/", paypass.change, name="payment_password_set"),
    path("me/payment-password/end/", paypass.end, name="payment_password_end"),
    path("me/payment-password/forgotten/", paypass.forgotten, name="payment_password_forgotten"),
    path("me/payment-password/forgotten/code/", paypass.code, name="payment_password_code"),
    path("me/bank-account/", bank.account, name="bank_account"),
    path("me/bank-account/bind/", bank.bind, name="bank_account_bind"),
    path("me/bank-account/end/", bank.end_binding, name="bank_account_end"),
    path("me/bank-debit/", bank.debit, name="bank_debit"),
    path("me/bank-debit/sign/", bank.sign, name="bank_debit_sign"),
    path("me/bank-debit/<slug:number>/end/", bank.end, name="bank_debit_end"),
    path("me/contributions/", contributions.contributions, name="contributions"),
    path("me/contributions/export/", contributions.contributions_export, name="contributions_export"),
    path("me/vouchers/", vouchers.archive, name="vouchers"),
    path("me/vouchers/proof.pdf", vouchers.contribution_proof, name="contribution_proof"),
    path("me/vouchers/<slug:number>.pdf", vouchers.voucher, name="voucher"),
    path("verify/voucher/<str:code>/", vouchers.verify_voucher, name="voucher_verify"),
    path("verify/proof/<str:code>/", vouchers.verify_proof, name="contribution_proof_verify"),
    path("api/v1/contributions/look-up/", api.ContributionLookUp.as_view(), name="api_contribution_look_up"),
    path("api/v1/contributions/", api.ContributionList.as_view(), name="api_contributions"),
]
