"""What the database refuses about cover: two stand-ins a day, the wrong holder, any circle."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

# The lock makes two people who arrange opposite cover at once wait for each other.
CREATE = """
CREATE FUNCTION staff_cover_check() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('staff_cover'));
    IF NOT EXISTS (SELECT 1 FROM staff_post WHERE id = NEW.post_id AND user_id = NEW.absent_id) THEN
        RAISE EXCEPTION 'the absent person does not hold this post'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cover_of_own_post';
    END IF;
    IF EXISTS (
        SELECT 1 FROM staff_cover other
        WHERE other.id <> NEW.id
          AND (other.absent_id = NEW.stand_in_id OR other.stand_in_id = NEW.absent_id)
          AND daterange(other.starts_on, other.ends_on, '[]') && daterange(NEW.starts_on, NEW.ends_on, '[]')
    ) THEN
        RAISE EXCEPTION 'nobody is absent and standing in on the same day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cover_without_circle';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cover_check BEFORE INSERT OR UPDATE ON staff_cover FOR EACH ROW EXECUTE FUNCTION staff_cover_check();
"""
DROP = "DROP TRIGGER cover_check ON staff_cover; DROP FUNCTION staff_cover_check();"


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history"), ("staff", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            "cover",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="cover_one_stand_in_a_day",
                expressions=[
                    ("post", "="),
                    (
                        models.Func(
                            "starts_on",
                            "ends_on",
                            django.contrib.postgres.fields.ranges.RangeBoundary(True, True),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
