
import django.core.validators
import django.db.models.deletion
import pipeline.studio
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipeline', '0007_node'),
    ]

    operations = [
        migrations.CreateModel(
            name='MountPath',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.CharField(help_text='Any name; the same for all paths of one share.', max_length=100, verbose_name='share')),
                ('host', models.CharField(help_text='Their host name; * stands for anything, as in mac-*.', max_length=200, verbose_name='machines')),
                ('path', models.CharField(help_text='For example /Volumes/studio', max_length=1000, verbose_name='path there')),
            ],
            options={
                'verbose_name': 'mount path',
                'verbose_name_plural': 'mount paths',
                'ordering': ['share', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Studio',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paused_at', models.DateTimeField(editable=False, null=True, verbose_name='paused since')),
                ('paused_by', models.CharField(blank=True, editable=False, max_length=150, verbose_name='paused by')),
                ('uploads_per_account', models.PositiveSmallIntegerField(blank=True, help_text='On all machines together. Empty: as many as there are workers.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='uploads at a time, for each Frame.io account')),
            ],
            options={
                'verbose_name': 'limits',
                'verbose_name_plural': 'limits',
            },
        ),
        migrations.CreateModel(
            name='UploadWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.JSONField(default=pipeline.studio.every_day, verbose_name='days')),
                ('from_time', models.TimeField(verbose_name='from')),
                ('to_time', models.TimeField(help_text='Earlier than the beginning: on the next day. The same: a whole day.', verbose_name='to')),
                ('only_then', models.BooleanField(default=True, help_text='Not ticked: they go at other times too, and in these hours at this speed.', verbose_name='uploads go in these hours only')),
                ('megabits_per_second', models.PositiveIntegerField(blank=True, help_text='All uploads of a machine together. Empty: as fast as it goes.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='speed limit (Mbit/s)')),
            ],
            options={
                'verbose_name': 'upload hours',
                'verbose_name_plural': 'upload hours',
                'ordering': ['project__code', 'from_time', 'id'],
            },
        ),
        migrations.RemoveIndex(
            model_name='uploadjob',
            name='job_next_in_line',
        ),
        migrations.AddField(
            model_name='project',
            name='paused_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='paused since'),
        ),
        migrations.AddField(
            model_name='project',
            name='paused_by',
            field=models.CharField(blank=True, editable=False, max_length=150, verbose_name='paused by'),
        ),
        migrations.AddField(
            model_name='project',
            name='uploads_at_once',
            field=models.PositiveSmallIntegerField(blank=True, help_text='On all machines together. Empty: as many as there are workers.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='uploads at a time'),
        ),
        migrations.AddField(
            model_name='uploadjob',
            name='any_time',
            field=models.BooleanField(default=False, help_text='It does not wait for the upload hours.', verbose_name='at any hour'),
        ),
        migrations.AddIndex(
            model_name='uploadjob',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['state', '-priority', 'id', 'project'], name='job_next_in_line'),
        ),
        migrations.AddField(
            model_name='uploadwindow',
            name='project',
            field=models.ForeignKey(blank=True, help_text='Empty: every project that has no hours of its own.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='pipeline.project', verbose_name='project'),
        ),
    ]
