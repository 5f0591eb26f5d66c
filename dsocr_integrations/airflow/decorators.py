"""`@task.dsocr`: a function that says what to read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from dsocr_integrations.airflow.compat import (
    Context,
    DecoratedOperator,
    TaskDecorator,
    context_merge,
    determine_kwargs,
    task_decorator_factory,
)
from dsocr_integrations.airflow.operators import DeepSeekOCROperator


class DeepSeekOCRDecoratedOperator(DecoratedOperator, DeepSeekOCROperator):
    """Reads what the decorated function returns."""

    template_fields: Sequence[str] = (
        *DecoratedOperator.template_fields,
        *DeepSeekOCROperator.template_fields,
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {
        **DecoratedOperator.template_fields_renderers,
        **DeepSeekOCROperator.template_fields_renderers,
    }
    custom_operator_name: ClassVar[str] = "@task.dsocr"
    overwrite_rtif_after_execution: bool = True

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] | None = None,
        op_kwargs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            python_callable=python_callable,
            op_args=op_args,
            op_kwargs=op_kwargs,
            # Known only when the function has run.
            sources=[],
            **kwargs,
        )

    def execute(self, context: Context) -> Any:
        """Call the function, then read what it returned."""
        context_merge(context, self.op_kwargs)
        kwargs = determine_kwargs(self.python_callable, self.op_args, context)
        self.sources = self.python_callable(*self.op_args, **kwargs)
        return DeepSeekOCROperator.execute(self, context)


def dsocr_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """Turn a function that returns a source, or a list of them, into an OCR task.

    Args:
        python_callable: The function.
        kwargs: Arguments of `DeepSeekOCROperator` other than `sources`.
    """
    return task_decorator_factory(
        python_callable=python_callable,
        decorated_operator_class=DeepSeekOCRDecoratedOperator,
        **kwargs,
    )
