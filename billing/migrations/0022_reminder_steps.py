from django.db import migrations

# days after the due day, channel, who, text
STEPS = (
    (-3, "NOTICE", "SERVICE", "下列费用即将到期，敬请按时缴纳。如已缴清，请忽略本通知。"),
    (1, "NOTICE", "SERVICE", "下列费用已到缴费期限，我处尚未收到款项，请尽快缴纳。如有疑问，请与客户服务部联系。"),
    (5, "CALL", "SERVICE", ""),
    (10, "LETTER", "FINANCE", "下列费用已逾期，经通知后仍未缴清。请自收到本函之日起五个工作日内缴清；逾期将按合同约定处理。请签收。"),
    (30, "VISIT", "MANAGER", "下列费用已逾期三十日以上，多次催缴未果。物业经理特此函告并登门拜访，请安排负责人面谈并确定缴费日期。"),
    (60, "LAWYER", "MANAGER", "下列费用已逾期六十日以上。如自收到本函之日起十个工作日内仍未缴清，我司将委托律师依法追偿。"),
)


def add(apps, schema_editor):
    steps = apps.get_model("billing", "DunningStep").objects.using(schema_editor.connection.alias)
    for days, channel, who, text in STEPS:
        steps.create(after_days=days, channel=channel, who=who, text=text)


class Migration(migrations.Migration):
    dependencies = [("billing", "0021_dunning")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
